// Building the page: text is always text, so nothing of the data can become markup.
const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const s = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

// Only what a browser opens as a page; text that merely looks like a link stays text.
const href = (...parts) => '#/' + parts.map(encodeURIComponent).join('/');

const announce = (text) => { document.getElementById('status').textContent = text; };

const plural = (count, one, many) => `${count.toLocaleString('en')} ${count === 1 ? one : many || one + 's'}`;

// A table with a caption for those who do not see the heading above it. Long ones grow by a button, not by scrolling.
const ROWS_AT_ONCE = 200;

function table(caption, head, rows, className) {
  const body = h('tbody');
  const more = h('button', {type: 'button', class: 'more'});
  let shown = 0;
  const grow = () => {
    const first = shown;
    for (; shown < rows.length && shown < first + ROWS_AT_ONCE; shown += 1) body.append(row(head, rows[shown]));
    more.hidden = shown >= rows.length;
    more.textContent = `Show ${Math.min(ROWS_AT_ONCE, rows.length - shown)} more of ${rows.length}`;
  };
  more.addEventListener('click', () => {
    const next = shown;
    grow();
    announce(`${shown} of ${rows.length} rows`);
    const link = body.rows[next] && body.rows[next].querySelector('a');
    if (link) link.focus();
  });
  grow();
  const titles = head.map((title) => h('th', {scope: 'col'}, title));
  // Wide tables scroll by themselves, so their box can be reached with the keyboard.
  return h('div', {class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption},
    h('table', {class: className}, h('caption', {class: 'unseen'}, caption), h('thead', null, h('tr', null, titles)), body), more);
}

function row(head, cells) {
  return h('tr', {id: cells.id}, cells.map((cell, index) =>
    index === 0 ? h('th', {scope: 'row'}, cell) : h('td', {'data-title': head[index]}, cell)));
}

const MARKS = {
  pass: '✓', success: '✓', warn: '!', fail: '✗', error: '✗', skipped: '–', none: '·',
};

// Never by colour alone: a mark and a word.
function badge(status, text) {
  return h('span', {class: `badge ${status in MARKS ? status : 'none'}`},
    h('span', {'aria-hidden': 'true'}, MARKS[status] || MARKS.none, ' '), text || status);
}

const code = (text) => h('code', null, text);

const json = (value) => h('code', {class: 'json'}, JSON.stringify(value));

function definition(...pairs) {
  return h('dl', {class: 'facts'}, pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([term, value]) => h('div', null, h('dt', null, term), h('dd', null, value))));
}
