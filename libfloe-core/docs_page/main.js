// The address after # says which page is shown, so every page can be linked to and Back works.
const data = JSON.parse(document.getElementById('data').textContent);
const product = readProduct(data);
linkColumns(product);

const PAGES = [['', 'Overview', overviewPage], ['lineage', 'Lineage', lineagePage], ['list', 'Lineage as a table', listPage], ['tests', 'Tests', testsPage],
  ['contracts', 'Ports and contracts', contractsPage], ['findings', 'Findings', findingsPage], ['policies', 'Policies', policiesPage], ['settings', 'Settings', settingsPage], ['runs', 'Runs', runsPage]];

function missingPage(address) {
  return {title: 'Not here', content: [h('h1', null, 'Not here'), h('p', null, 'This report has nothing at ', code(address), '.'),
    h('p', null, h('a', {href: href()}, 'Overview'))]};
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function pageAt(address) {
  const [name, id, kind, columnName] = address.split('/').slice(1).map(decode);
  const node = product.nodes.get(id);
  if (name === 'node' && node && kind === 'column') {
    const column = node.columns.find((one) => one.name === columnName);
    return column ? columnPage(product, node, column) : missingPage(address);
  }
  if (name === 'node' && node) return node.type === 'test' ? testPage(product, node) : nodePage(product, node);
  const found = PAGES.find(([path]) => path === (name || ''));
  if (!found || (id && !node)) return missingPage(address);
  return found[2](product, node);
}

function contents() {
  const links = PAGES.map(([path, title]) => h('li', null, h('a', {href: path ? href(path) : '#/'}, title)));
  const groups = product.groups.map((group) => h('details', {open: product.things.length <= READABLE},
    h('summary', null, group.title, ' ', h('span', {class: 'quiet'}, group.nodes.length)),
    h('ul', null, group.nodes.map((node) => h('li', null, h('a', {href: href('node', node.id)},
      h('span', {class: `swatch ${colourOf(product, node)}`, 'aria-hidden': 'true'}), node.name))))));
  return [h('ul', null, links), ...groups];
}

const main = document.getElementById('main');
const nav = document.getElementById('contents');
const contentsButton = document.getElementById('contents-button');

function openContents(open) {
  nav.classList.toggle('open', open);
  contentsButton.setAttribute('aria-expanded', String(open));
}

let current = null;

function show(isFirst) {
  const address = location.hash.replace(/^#/, '') || '/';
  // Links inside of a page keep the page.
  if (!address.startsWith('/')) {
    if (isFirst) render('/', true);
    return;
  }
  render(address, isFirst);
}

function render(address, isFirst) {
  const page = pageAt(address);
  main.className = page.wide ? 'wide' : '';
  main.replaceChildren(...[page.content].flat(Infinity).filter(Boolean));
  document.title = `${page.title} · ${product.artifact.identity.name}`;
  if (current) current.removeAttribute('aria-current');
  current = [...nav.querySelectorAll('a')].find((link) => link.getAttribute('href') === `#${address}`) || null;
  if (current) {
    current.setAttribute('aria-current', 'page');
    const group = current.closest('details');
    if (group) group.open = true;
    current.scrollIntoView({block: 'nearest'});
  }
  openContents(false);
  window.scrollTo(0, 0);
  // Whoever follows a link hears where it led; whoever opens the file begins at its top.
  if (!isFirst) {
    main.focus({preventScroll: true});
    announce(page.title);
  }
}

document.getElementById('brand').append(h('b', null, product.artifact.identity.name), h('span', {class: 'quiet'}, ` ${product.artifact.identity.version || ''}`));
document.getElementById('search').append(...searchBox(product));
nav.append(...contents());
contentsButton.addEventListener('click', () => openContents(!nav.classList.contains('open')));
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener('hashchange', () => show(false));
show(true);
