// The lineage as a picture that can be walked: Tab reaches it once, arrows go along the edges, Enter opens. The pages have the
// same facts as lists and tables.
const BOX = {least: 110, most: 250, padding: 14, mark: 18, height: 40, column: 18};
const CLOSEST = 2.5;
const READ_FROM = 0.4;  // the scale below which nobody can read names

// Texts of a picture have no line breaks: their width decides about the box, and the middle of a long one goes.
const ruler = document.createElement('canvas').getContext('2d');
ruler.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;

const widthOf = (text) => ruler.measureText(text).width;

function shortened(text, width) {
  if (widthOf(text) <= width) return text;
  let kept = text.length - 1;
  const cut = () => `${text.slice(0, Math.ceil(kept * 0.6))}…${text.slice(text.length - Math.floor(kept * 0.4))}`;
  while (kept > 2 && widthOf(cut()) > width) kept -= 1;
  return cut();
}

// Types have their own colours, layers of models take theirs in the order of the data.
function colourOf(product, node) {
  if (node.type !== 'model') return TYPES.some(([type]) => type === node.type) ? node.type : 'other';
  const layers = product.groups.filter((group) => group.type === 'model').map((group) => group.layer);
  return `layer${Math.max(0, layers.indexOf(node.layer)) % 4}`;
}

function describe(node) {
  const parts = [`${node.type} ${node.name}`, node.layer && `layer ${node.layer}`, `reads ${node.parents.length}`, `read by ${node.children.length}`];
  const tests = worst(node.tests.map((test) => test.result));
  if (node.result) parts.push(`last run ${node.result.status}`);
  if (node.tests.length > 0) parts.push(`${plural(node.tests.length, 'test')}${tests ? `, ${tests}` : ''}`);
  return parts.filter(Boolean).join(', ');
}

// `columns`: node to the columns shown in its box. `origins`: pairs of {from: [node, column], to: [node, column]}.
function graph(product, nodes, {focus = null, columns = new Map(), origins = [], label, tall = false}) {
  const boxes = [...nodes].map((node) => {
    const widest = Math.max(...[node.name, ...(columns.get(node) || [])].map(widthOf));
    return {
      node,
      width: Math.min(BOX.most, Math.max(BOX.least, widest + BOX.padding * 2 + BOX.mark)),
      height: BOX.height + (columns.get(node) || []).length * BOX.column,
    };
  });
  const drawing = layOut(boxes, depths(product.things));
  const byNode = new Map(boxes.map((box) => [box.node, box]));
  const lines = drawing.edges.map((edge) => ({
    from: edge.from.node, to: edge.to.node,
    element: s('path', {class: origins.length > 0 ? 'edge faint' : 'edge', d: curve(edge.way)}),
  }));
  const columnLines = origins.map(({from, to}) => columnLine(byNode, columns, from, to)).filter(Boolean);
  const drawn = boxes.map((box) => drawBox(product, box, columns.get(box.node) || [], box.node === focus));
  const links = new Map(drawn.map(({box, link}) => [box.node, link]));
  const canvas = s('svg', {class: 'graph', role: 'group', 'aria-label': `${label}. Arrow keys follow the edges, Enter opens.`},
    s('g', {'aria-hidden': 'true'}, lines.map((line) => line.element), columnLines), drawn.map(({group}) => group));
  const view = viewOf(canvas, drawing.size, tall);
  walk(canvas, drawing, links, view, focus);
  emphasise(canvas, drawn, lines);
  const button = (text, title, action) => h('button', {type: 'button', title, 'aria-label': title, onclick: action}, text);
  const tools = h('div', {class: 'tools', role: 'group', 'aria-label': 'View of the graph'},
    button('+', 'Zoom in', () => view.zoom(1.3)), button('−', 'Zoom out', () => view.zoom(1 / 1.3)), button('⤢', 'Fit', () => view.fit()));
  return {
    element: h('div', {class: tall ? 'picture tall' : 'picture'}, canvas, tools),
    mark: (matches) => {
      canvas.classList.toggle('marking', matches !== null);
      for (const {box, group} of drawn) group.classList.toggle('marked', matches !== null && matches.has(box.node));
    },
    show: (node) => { if (byNode.has(node)) view.show(byNode.get(node)); },
  };
}

function curve(way) {
  const points = [];
  way.forEach((vertex, index) => {
    const y = vertex.y + (vertex.bend ? 0 : BOX.height / 2);
    if (index > 0) points.push([vertex.x, y]);
    if (index + 1 < way.length) points.push([vertex.x + (vertex.bend ? vertex.span : vertex.width), y]);
  });
  return bend(points);
}

function bend(points) {
  let d = `M${points[0][0]} ${points[0][1]}`;
  for (let index = 1; index < points.length; index += 1) {
    const [x0, y0] = points[index - 1];
    const [x1, y1] = points[index];
    const half = (x0 + x1) / 2;
    d += `C${half} ${y0} ${half} ${y1} ${x1} ${y1}`;
  }
  return d;
}

function columnLine(byNode, columns, from, to) {
  const ends = [from, to].map(([node, column]) => {
    const rank = (columns.get(node) || []).indexOf(column);
    return rank < 0 || !byNode.has(node) ? null : {box: byNode.get(node), y: byNode.get(node).y + BOX.height + (rank + 0.5) * BOX.column - 4};
  });
  if (ends.includes(null)) return null;
  return s('path', {class: 'edge column', d: bend([[ends[0].box.x + ends[0].box.width, ends[0].y], [ends[1].box.x, ends[1].y]])});
}

function drawBox(product, box, columns, isFocus) {
  const {node} = box;
  const inside = box.width - BOX.padding * 2 - BOX.mark;
  const status = worst([node.result, ...node.tests.map((test) => test.result)]);
  const below = [node.layer || node.type, node.tests.length > 0 ? plural(node.tests.length, 'test') : ''].filter(Boolean).join(' · ');
  const link = s('a', {href: href('node', node.id), tabindex: '-1', 'aria-current': isFocus ? 'true' : null},
    s('title', null, describe(node)),
    s('rect', {width: box.width, height: box.height, rx: 5, class: 'paper'}),
    s('rect', {width: 4, height: box.height, rx: 2, class: `stripe ${colourOf(product, node)}`}),
    s('text', {x: BOX.padding, y: 17, class: 'name'}, shortened(node.name, inside)),
    s('text', {x: BOX.padding, y: 32, class: 'below'}, shortened(below, inside + BOX.mark)),
    status ? s('text', {x: box.width - 10, y: 17, 'text-anchor': 'end', class: `mark ${status}`, 'aria-hidden': 'true'}, MARKS[status]) : null);
  const names = columns.map((column, index) => s('a', {href: href('node', node.id, 'column', column), tabindex: '-1', class: 'of-column'},
    s('text', {x: BOX.padding, y: BOX.height + (index + 0.5) * BOX.column}, shortened(column, inside + BOX.mark))));
  const group = s('g', {class: isFocus ? 'box focus' : 'box', transform: `translate(${box.x} ${box.y})`}, link, names);
  return {box, group, link};
}

// Which part is seen. Nothing is known before the element has a size.
function viewOf(canvas, size, tall) {
  const state = {x: size.width / 2, y: size.height / 2, scale: 0};
  let width = 0;
  let height = 0;
  const apply = () => {
    if (width === 0 || state.scale === 0) return;
    const [w, he] = [width / state.scale, height / state.scale];
    canvas.setAttribute('viewBox', `${state.x - w / 2} ${state.y - he / 2} ${w} ${he}`);
    canvas.classList.toggle('far', state.scale < READ_FROM);
  };
  const view = {
    fit: () => {
      const margin = 32;
      state.scale = Math.min(1, width / (size.width + margin), height / (size.height + margin));
      [state.x, state.y] = [size.width / 2, size.height / 2];
      apply();
    },
    // A product that fits only as a pattern begins at its top, near enough to be read.
    open: () => {
      view.fit();
      if (!tall || state.scale >= READ_FROM) return;
      state.scale = Math.max(READ_FROM, Math.min(1, width / (size.width + 32)));
      state.x = size.width < width / state.scale ? size.width / 2 : width / state.scale / 2 - 16;
      state.y = height / state.scale / 2 - 16;
      apply();
    },
    zoom: (factor, x = state.x, y = state.y) => {
      const next = Math.min(CLOSEST, Math.max(0.02, state.scale * factor));
      const ratio = state.scale / next;
      state.x = x + (state.x - x) * ratio;
      state.y = y + (state.y - y) * ratio;
      state.scale = next;
      apply();
    },
    move: (dx, dy) => {
      state.x -= dx / state.scale;
      state.y -= dy / state.scale;
      apply();
    },
    // Only as far as needed, and near enough to be read.
    show: (box) => {
      state.scale = Math.max(state.scale, 0.7);
      const [w, he] = [width / state.scale / 2 - 20, height / state.scale / 2 - 20];
      const within = (at, from, to, half) => Math.min(Math.max(at, to - half), from + half);
      state.x = within(state.x, box.x, box.x + box.width, w);
      state.y = within(state.y, box.y, box.y + box.height, he);
      apply();
    },
  };
  if (!tall) canvas.style.height = `${Math.min(460, Math.max(90, size.height + 40))}px`;
  new ResizeObserver(() => {
    const first = width === 0;
    width = canvas.clientWidth;
    height = canvas.clientHeight;
    if (first) view.open();
    else apply();
  }).observe(canvas);
  canvas.addEventListener('wheel', (event) => {
    // Beside other content the wheel scrolls the page.
    if (!tall && !event.ctrlKey) return;
    event.preventDefault();
    const at = canvas.getBoundingClientRect();
    const x = state.x + (event.clientX - at.left - width / 2) / state.scale;
    const y = state.y + (event.clientY - at.top - height / 2) / state.scale;
    view.zoom(Math.exp(-event.deltaY / 400), x, y);
  }, {passive: false});
  drag(canvas, view);
  return view;
}

function drag(canvas, view) {
  let last = null;
  let moved = false;
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    last = [event.clientX, event.clientY];
    moved = false;
  });
  canvas.addEventListener('pointermove', (event) => {
    if (last === null) return;
    const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]];
    if (!moved && Math.hypot(dx, dy) < 4) return;
    if (!moved) canvas.setPointerCapture(event.pointerId);
    moved = true;
    last = [event.clientX, event.clientY];
    view.move(dx, dy);
  });
  const end = () => { last = null; };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
  // The end of a drag is no click.
  canvas.addEventListener('click', (event) => { if (moved) event.preventDefault(); moved = false; }, true);
  canvas.addEventListener('dragstart', (event) => event.preventDefault());
}

// Exactly one box can be reached with Tab; arrows move that.
function walk(canvas, drawing, links, view, focus) {
  const places = new Map();
  drawing.columns.forEach((column, index) => column.forEach((box, rank) => places.set(box.node, {box, index, rank})));
  let current = focus && links.has(focus) ? focus : (drawing.columns[0] && drawing.columns[0][0] && drawing.columns[0][0].node);
  if (!current) return;
  links.get(current).setAttribute('tabindex', '0');
  const go = (node) => {
    if (!node) return;
    links.get(current).setAttribute('tabindex', '-1');
    current = node;
    links.get(node).setAttribute('tabindex', '0');
    view.show(places.get(node).box);
    links.get(node).focus({preventScroll: true});
  };
  const nearest = (nodes) => {
    const y = places.get(current).box.y;
    return nodes.filter((node) => links.has(node)).sort((one, other) =>
      Math.abs(places.get(one).box.y - y) - Math.abs(places.get(other).box.y - y))[0];
  };
  const beside = (step) => {
    const {index, rank} = places.get(current);
    const box = drawing.columns[index][rank + step];
    return box && box.node;
  };
  const end = (column, rank) => drawing.columns.at(column).at(rank).node;
  const keys = {
    ArrowRight: () => go(nearest(places.get(current).box.node.children)),
    ArrowLeft: () => go(nearest(places.get(current).box.node.parents)),
    ArrowUp: () => go(beside(-1)),
    ArrowDown: () => go(beside(1)),
    Home: () => go(end(0, 0)),
    End: () => go(end(-1, -1)),
    '+': () => view.zoom(1.3),
    '-': () => view.zoom(1 / 1.3),
    0: () => view.fit(),
  };
  canvas.addEventListener('keydown', (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
}

// What a box depends on and what depends on it stand out while it is pointed at or has the focus.
function emphasise(canvas, drawn, lines) {
  const groups = new Map(drawn.map(({box, group}) => [box.node, group]));
  const clear = () => canvas.classList.remove('tracing');
  const trace = (node) => {
    const related = neighbourhood(node, Infinity);
    canvas.classList.add('tracing');
    for (const [one, group] of groups) group.classList.toggle('on', related.has(one));
    for (const line of lines) line.element.classList.toggle('on', related.has(line.from) && related.has(line.to));
  };
  for (const {box, link} of drawn) {
    link.addEventListener('pointerenter', () => trace(box.node));
    link.addEventListener('pointerleave', clear);
    link.addEventListener('focus', () => trace(box.node));
    link.addEventListener('blur', clear);
  }
}
