// The page of one model, seed, snapshot, source, exposure or destination, and of one column.
const nodeLink = (product, id, text) => {
  const node = product.nodes.get(id);
  return node ? h('a', {href: href('node', id)}, text || node.name) : code(text || id);
};

const columnHref = (id, column) => href('node', id, 'column', column);

const list = (items) => h('ul', {class: 'plain'}, items.map((item) => h('li', null, item)));

const listOrNone = (items, none) => (items.length > 0 ? list(items) : h('p', {class: 'quiet'}, none));

const seconds = (value) => (value === null || value === undefined ? '' : `${value.toFixed(value < 10 ? 2 : 0)} s`);

const moment = (nanoseconds) => (nanoseconds ? h('time', {datetime: new Date(nanoseconds / 1e6).toISOString()},
  `${new Date(nanoseconds / 1e6).toISOString().replace('T', ' ').slice(0, 19)} UTC`) : '');

function resultText(product, result) {
  if (!result) return h('span', {class: 'quiet'}, 'not run');
  const failures = result.failures ? plural(result.failures, 'row') : '';
  return h('span', null, badge(result.status), failures && ` ${failures}`, result.message && !/^OK$/.test(result.message) &&
    h('span', {class: 'quiet'}, ` ${result.message}`));
}

function resultFacts(product, result) {
  if (!result) return [['Last run', 'not in any record of a run']];
  const run = product.data.runs[result.run];
  return [['Last run', [badge(result.status), ' ', h('a', {href: href('runs')}, moment(run && run.started_at_ns))]],
    ['Rows written', result.rows === null ? null : result.rows.toLocaleString('en')], ['Took', seconds(result.seconds)],
    ['Snapshot', result.snapshot_id && code(result.snapshot_id)], ['Message', /^OK$/.test(result.message || '') ? null : result.message]];
}

function nodePage(product, node) {
  return {
    title: node.name,
    content: [
      h('p', {class: 'kicker'}, [node.type, node.layer, node.materialized, node.package].filter(Boolean).join(' · ')),
      h('h1', null, node.name),
      node.description ? h('p', {class: 'lead'}, node.description) : h('p', {class: 'quiet'}, 'No description.'),
      definition(['Table', node.relation && code(node.relation)], ['File', node.path && code(node.path)],
        ...resultFacts(product, node.result), ['Tags', node.tags.length > 0 ? node.tags.map((tag) => [code(tag), ' ']) : null],
        ['Owner', node.owner], ['Meta', node.meta && Object.keys(node.meta).length > 0 ? json(node.meta) : null]),
      lineagePart(product, node),
      node.columns.length > 0 || node.type === 'model' ? columnsPart(product, node) : null,
      testsPart(product, node),
      sqlPart(node),
      verdictsPart(product, node),
      portsPart(product, node),
    ],
  };
}

function lineagePart(product, node) {
  const close = neighbourhood(node, 1);
  const has = close.size > 1;
  return h('section', {'aria-labelledby': 'lineage'},
    h('h2', {id: 'lineage'}, 'Lineage'),
    has ? graph(product, close, {focus: node, label: `What ${node.name} reads and what reads it`}).element : null,
    h('div', {class: 'halves'},
      h('div', null, h('h3', null, 'Reads'), listOrNone(node.parents.map((one) => nodeLink(product, one.id)), 'Nothing in this product.')),
      h('div', null, h('h3', null, 'Read by'), listOrNone(node.children.map((one) => nodeLink(product, one.id)), 'Nothing in this product.'))),
    h('p', null, h('a', {href: href('lineage', node.id)}, `${node.name} in the whole lineage`)));
}

const HOW = {IDENTITY: 'copied', TRANSFORMATION: 'computed', AGGREGATION: 'aggregated', JOIN: 'join', GROUP_BY: 'grouping', FILTER: 'filter',
  SORT: 'order', WINDOW: 'window', CONDITIONAL: 'condition'};

const OUTSIDE = {source: 'outside of the product', seed: 'its file'};

function originsOf(product, node, column) {
  if (OUTSIDE[node.type]) return h('span', {class: 'quiet'}, OUTSIDE[node.type]);
  if (column.from === null || column.from === undefined) return h('span', {class: 'quiet'}, 'not known');
  const direct = column.from.filter((origin) => origin.direct);
  if (direct.length === 0) return h('span', {class: 'quiet'}, 'no column');
  return list(direct.map((origin) => originText(product, origin.node, origin.column, origin.how, origin.name)));
}

function originText(product, id, column, how, name) {
  const node = product.nodes.get(id);
  return [node ? h('a', {href: columnHref(id, column)}, `${node.name}.${column}`) : code(`${name}.${column}`),
    how ? h('span', {class: 'quiet'}, ` ${HOW[how] || how.toLowerCase()}`) : ''];
}

function columnsPart(product, node) {
  const head = ['Column', 'Type', 'Description', 'Class', 'Tests'].concat(product.hasColumnLineage ? ['Comes from'] : []);
  const rows = node.columns.map((column) => [
    h('a', {href: columnHref(node.id, column.name)}, code(column.name)), column.type ? code(column.type) : h('span', {class: 'quiet'}, 'not known'),
    column.description || h('span', {class: 'quiet'}, column.declared ? 'none' : 'not declared'), classText(column),
    list(column.tests.map((test) => [badge(test.result ? test.result.status : 'none', test.test.name)])),
  ].concat(product.hasColumnLineage ? [originsOf(product, node, column)] : []));
  return h('section', {'aria-labelledby': 'columns'}, h('h2', {id: 'columns'}, 'Columns'),
    rows.length > 0 ? table(`Columns of ${node.name}`, head, rows) : h('p', {class: 'quiet'}, 'None is declared, and no run wrote the table.'));
}

const classText = (column) => (column.classification ? `${column.classification}${column.isMasked ? ', masked' : ''}` : '');

const testName = (test) => (test.test ? `${test.test.name}${test.test.column ? ` of ${test.test.column}` : ''}` : test.name);

function testsPart(product, node) {
  const rows = [...node.tests].sort(byResult).map((test) => [h('a', {href: href('node', test.id)}, testName(test)),
    (test.test && test.test.severity) || '', resultText(product, test.result)]);
  if (node.type !== 'model' && rows.length === 0) return null;
  return h('section', {'aria-labelledby': 'tests'}, h('h2', {id: 'tests'}, 'Tests'),
    rows.length > 0 ? table(`Tests of ${node.name}`, ['Test', 'Severity', 'Last result'], rows) : h('p', {class: 'quiet'}, 'None.'));
}

const byResult = (one, other) => {
  const rank = (test) => (test.result ? BAD.indexOf(test.result.status) : BAD.length);
  return rank(one) - rank(other) || testName(one).localeCompare(testName(other), 'en');
};

function sqlPart(node) {
  const compiled = node.result && node.result.sql;
  const entries = [];
  if (node.raw) entries.push(['As written', () => [copyButton(node.raw), sqlText(node.raw)]]);
  if (compiled) entries.push(['As it ran last', () => [copyButton(compiled), sqlText(compiled)]]);
  if (entries.length === 0) return null;
  return h('section', {'aria-labelledby': 'sql'}, h('h2', {id: 'sql'}, 'SQL'), tabs(`SQL of ${node.name}`, entries),
    compiled ? null : h('p', {class: 'quiet'}, 'No record of a run has its compiled SQL.'));
}

function verdictsPart(product, node) {
  if (node.type !== 'model') return null;
  const enforcement = product.artifact.enforcement_result;
  const found = enforcement.policies.flatMap((policy) => policy.violations.filter((violation) => violation.model === node.name)
    .map((violation) => ({...violation, policy: policy.policy})));
  const rows = found.map((violation) => verdictRow(product, violation, violation.policy, false));
  return h('section', {'aria-labelledby': 'policies'}, h('h2', {id: 'policies'}, 'Policies'),
    rows.length > 0 ? table(`Findings on ${node.name}`, ['Policy', 'Finding', 'Expected', 'Action', 'Override'], rows)
      : h('p', {class: 'quiet'}, enforcement.policies.length > 0 ? 'No finding.' : 'The platform has none.'));
}

function portsPart(product, node) {
  const ports = ((product.artifact.ports || {}).outputs || []).filter((port) => port.model === node.name);
  if (ports.length === 0) return null;
  return h('section', {'aria-labelledby': 'ports'}, h('h2', {id: 'ports'}, 'Ports'),
    list(ports.map((port) => h('a', {href: href('contracts')}, port.qualified_name || port.name))));
}

// Everything a column is made of and everything made of it, by the edges that carry values.
function columnTrace(product, node, column) {
  const columns = new Map();
  const origins = [];
  const add = (one, name) => {
    if (!columns.has(one)) columns.set(one, []);
    if (columns.get(one).includes(name)) return false;
    columns.get(one).push(name);
    return true;
  };
  const find = (one, name) => one.columns.find((found) => found.name.toLowerCase() === name.toLowerCase());
  const up = (one, found) => (found.from || []).filter((origin) => origin.direct).forEach((origin) => {
    const parent = product.nodes.get(origin.node);
    const source = parent && (find(parent, origin.column) || {name: origin.column});
    if (!source) return;
    origins.push({from: [parent, source.name], to: [one, found.name]});
    if (add(parent, source.name)) up(parent, source);
  });
  const down = (one, found) => (found.uses || []).filter((use) => use.direct).forEach((use) => {
    const child = product.nodes.get(use.node);
    origins.push({from: [one, found.name], to: [child, use.column]});
    if (add(child, use.column)) down(child, find(child, use.column));
  });
  add(node, column.name);
  up(node, column);
  down(node, column);
  return {columns, origins};
}

function indirectPart(product, title, origins) {
  if (origins.length === 0) return null;
  return [h('h3', null, title), list(origins.map((origin) => originText(product, origin.node, origin.column, origin.how, origin.name)))];
}

function columnPage(product, node, column) {
  const trace = columnTrace(product, node, column);
  const indirect = (column.from || []).filter((origin) => !origin.direct);
  const rows = node.rows || [];
  return {
    title: `${node.name}.${column.name}`,
    content: [
      h('p', {class: 'kicker'}, 'column of ', h('a', {href: href('node', node.id)}, node.name)),
      h('h1', null, column.name),
      column.description ? h('p', {class: 'lead'}, column.description) : h('p', {class: 'quiet'}, 'No description.'),
      definition(['Type', column.type && code(column.type)], ['Class', classText(column)], ['Class came from', column.path && column.path.length > 1 ? list(column.path.map((step) => code(step))) : null], ['Declared', column.declared ? 'yes' : 'no'],
        ['Tags', column.tags.length > 0 ? column.tags.map((tag) => [code(tag), ' ']) : null],
        ['Tests', column.tests.length > 0 ? list(column.tests.map((test) => [nodeLink(product, test.id, test.test.name), ' ', resultText(product, test.result)])) : 'none']),
      h('section', {'aria-labelledby': 'lineage'}, h('h2', {id: 'lineage'}, 'Lineage'),
        (column.from === null || column.from === undefined) && !OUTSIDE[node.type]
          ? h('p', {class: 'quiet'}, product.hasColumnLineage ? 'Where this column comes from was not resolved.' : 'The compiled artifact has no lineage of columns.') : null,
        trace.columns.size > 1 ? graph(product, trace.columns.keys(), {focus: node, columns: trace.columns, origins: trace.origins,
          label: `Lineage of ${node.name}.${column.name}`}).element : null,
        h('div', {class: 'halves'},
          h('div', null, h('h3', null, 'Comes from'), originsOf(product, node, column),
            indirectPart(product, 'Depends on', indirect), indirectPart(product, 'Rows depend on', rows)),
          h('div', null, h('h3', null, 'Used by'), listOrNone(column.uses.map((use) => originText(product, use.node, use.column, use.how)), 'No column that is known.')))),
    ],
  };
}

function testPage(product, node) {
  return {
    title: testName(node),
    content: [
      h('p', {class: 'kicker'}, ['test', node.test && node.test.severity, node.package].filter(Boolean).join(' · ')),
      h('h1', null, testName(node)),
      node.description ? h('p', {class: 'lead'}, node.description) : null,
      definition(['Name', code(node.name)], ['File', node.path && code(node.path)],
        ['Of', list(node.depends_on.map((id) => nodeLink(product, id)))], ['Failing rows', node.result && String(node.result.failures ?? '')],
        ...resultFacts(product, node.result)),
      sqlPart(node),
    ],
  };
}
