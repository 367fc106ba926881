// Search: a combobox over names, columns, tags, descriptions and SQL. `/` goes there.
const RESULTS = 20;

function searchIndex(product) {
  const entries = [];
  for (const node of product.nodes.values()) {
    const name = node.type === 'test' ? testName(node) : node.name;
    entries.push({name, kind: node.layer || node.type, target: href('node', node.id), low: name.toLowerCase(), weight: node.type === 'test' ? 3 : 0,
      more: [node.description, node.path, ...node.tags, node.raw].filter(Boolean).join('\n').toLowerCase()});
    if (node.type === 'test') continue;
    for (const column of node.columns) {
      entries.push({name: `${node.name}.${column.name}`, kind: 'column', target: columnHref(node.id, column.name), low: column.name.toLowerCase(), weight: 1,
        more: (column.description || '').toLowerCase()});
    }
  }
  return entries;
}

// Names that begin so first, then names that contain it, then what is said about them.
function find(entries, text) {
  const words = text.trim().toLowerCase();
  if (words === '') return [];
  const rank = (entry) => {
    if (entry.low === words) return entry.weight;
    if (entry.low.startsWith(words)) return 10 + entry.weight;
    if (entry.low.includes(words) || entry.name.toLowerCase().includes(words)) return 20 + entry.weight;
    return entry.more.includes(words) ? 30 + entry.weight : -1;
  };
  return entries.map((entry) => ({entry, rank: rank(entry)})).filter((found) => found.rank >= 0)
    .sort((one, other) => one.rank - other.rank || one.entry.name.localeCompare(other.entry.name, 'en')).map((found) => found.entry);
}

function searchBox(product) {
  const entries = searchIndex(product);
  const input = h('input', {type: 'search', id: 'query', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'found', 'aria-autocomplete': 'list',
    'aria-label': 'Search models, columns, tests', placeholder: 'Search   /', autocomplete: 'off', spellcheck: 'false'});
  const box = h('ul', {id: 'found', role: 'listbox', 'aria-label': 'Found', hidden: true});
  let chosen = -1;
  const close = () => {
    box.hidden = true;
    chosen = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (index) => {
    const options = [...box.children];
    if (options.length === 0) return;
    chosen = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute('aria-selected', String(at === chosen)));
    options[chosen].scrollIntoView({block: 'nearest'});
    input.setAttribute('aria-activedescendant', options[chosen].id);
  };
  const open = (target) => {
    close();
    input.value = '';
    location.hash = target;
  };
  input.addEventListener('input', () => {
    const all = find(entries, input.value);
    box.replaceChildren(...all.slice(0, RESULTS).map((entry, index) => h('li', {
      role: 'option', id: `found-${index}`, 'aria-selected': 'false', 'data-target': entry.target,
      onpointerdown: (event) => { event.preventDefault(); open(entry.target); },
    }, h('span', null, entry.name), ' ', h('span', {class: 'quiet'}, entry.kind))));
    chosen = -1;
    input.removeAttribute('aria-activedescendant');
    box.hidden = all.length === 0;
    input.setAttribute('aria-expanded', String(all.length > 0));
    announce(input.value.trim() === '' ? '' : `${plural(all.length, 'result')}`);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') choose(chosen + (event.key === 'ArrowDown' ? 1 : chosen < 0 ? 0 : -1));
    else if (event.key === 'Enter' && box.children.length > 0) open(box.children[Math.max(0, chosen)].dataset.target);
    else return;
    event.preventDefault();
  });
  input.addEventListener('blur', close);
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    input.focus();
  });
  return [input, box];
}
