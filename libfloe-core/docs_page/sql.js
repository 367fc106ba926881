// Colours for SQL and Jinja: comments, strings, templates, numbers, words that SQL reserves.
const WORDS = new Set(`all and any as asc between by case cast coalesce count cross cube current_date current_timestamp date delete desc distinct
  else end except exclude exists extract false filter following for from full group grouping having if ilike in inner insert intersect
  interval into is join lateral left like limit natural not null nulls offset on or order outer over partition preceding primary qualify
  range recursive replace returning right rows select sets some table then timestamp true try_cast unbounded union unnest update using
  values when where window with`.split(/\s+/));
const TOKEN = /(--[^\n]*|\/\*[\s\S]*?\*\/|\{#[\s\S]*?#\})|('(?:[^']|'')*')|(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})|("(?:[^"]|"")*")|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]\w*)/g;
const CLASSES = ['comment', 'string', 'template', 'quoted', 'number'];

function sqlText(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const kind = match.slice(1).findIndex((group) => group !== undefined);
    const name = kind === 5 ? (WORDS.has(match[0].toLowerCase()) ? 'word' : null) : CLASSES[kind];
    if (name === null) continue;
    parts.push(text.slice(end, match.index), h('span', {class: `sql-${name}`}, match[0]));
    end = match.index + match[0].length;
  }
  return h('pre', {class: 'sql', tabindex: '0', role: 'group', 'aria-label': 'SQL'}, h('code', null, parts, text.slice(end)));
}

function copyButton(text) {
  const button = h('button', {type: 'button', class: 'copy', onclick: async () => {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = false;
    }
    announce(done ? 'SQL copied' : 'The browser does not let this page copy');
    button.textContent = done ? 'Copied' : 'Not allowed';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  }}, 'Copy');
  return button;
}

// The tabs pattern of the ARIA practices: one tab is in the tab order, arrows change it.
let tabSets = 0;

function tabs(label, entries) {
  tabSets += 1;
  const ids = entries.map((_, index) => `tabs${tabSets}-${index}`);
  const buttons = entries.map(([title], index) => h('button', {
    type: 'button', role: 'tab', id: `${ids[index]}-tab`, 'aria-controls': ids[index], onclick: () => choose(index),
  }, title));
  const panels = entries.map(([, build], index) => ({
    build, element: h('div', {role: 'tabpanel', id: ids[index], 'aria-labelledby': `${ids[index]}-tab`}),
  }));
  const choose = (chosen) => panels.forEach(({build, element}, index) => {
    const is = index === chosen;
    buttons[index].setAttribute('aria-selected', String(is));
    buttons[index].tabIndex = is ? 0 : -1;
    element.hidden = !is;
    if (is && !element.firstChild) element.append(...build());
  });
  const list = h('div', {role: 'tablist', 'aria-label': label, onkeydown: (event) => {
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!step) return;
    const next = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    choose(next);
    buttons[next].focus();
  }}, buttons);
  choose(0);
  return h('div', {class: 'tabs'}, list, panels.map(({element}) => element));
}
