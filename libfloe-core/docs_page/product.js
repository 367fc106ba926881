// The data of the page as a graph: nodes by id, who reads whom, the tests and the last result of each.
function readProduct(data) {
  const artifact = data.artifact;
  const nodes = new Map();
  const tests = [];
  const layers = new Map((artifact.transforms || []).map((transform) => [transform.unique_id, transform.layer]));
  for (const node of data.nodes) {
    const all = {...node, layer: layers.get(node.id) || null, parents: [], children: [], tests: [], result: data.results[node.id] || null};
    nodes.set(node.id, all);
    if (node.type === 'test') tests.push(all);
  }
  for (const node of nodes.values()) {
    for (const id of node.depends_on) {
      const parent = nodes.get(id);
      if (!parent || parent === node) continue;
      if (node.type === 'test') parent.tests.push(node);
      else {
        parent.children.push(node);
        node.parents.push(parent);
      }
    }
  }
  for (const node of nodes.values()) addColumns(node, data.tables);
  for (const transform of artifact.transforms || []) addClasses(nodes.get(transform.unique_id), transform.classified_columns || []);
  const things = [...nodes.values()].filter((node) => node.type !== 'test');
  return {data, artifact, nodes, tests, things, groups: groupThings(things), byTable: new Map(
    things.filter((node) => node.relation).map((node) => [node.relation, node]))};
}

// Declared columns in their order, with the types of the table when it was written; then those that only the query or
// the table has.
function addColumns(node, tables) {
  const real = new Map((tables[node.relation] || []).map((column) => [column.name.toLowerCase(), column]));
  const columns = node.columns.map((column) => {
    const found = real.get(column.name.toLowerCase());
    real.delete(column.name.toLowerCase());
    return {...column, type: column.type || (found && found.type) || ''};
  });
  for (const column of real.values()) columns.push({name: column.name, type: column.type, description: '', tags: [], from: null, declared: false});
  for (const column of columns) {
    column.tests = node.tests.filter((test) => test.test && test.test.column && test.test.attached === node.id &&
      test.test.column.toLowerCase() === column.name.toLowerCase());
    column.uses = [];
  }
  node.columns = columns;
}

// Classes that reached a column along its lineage, and the way they came.
function addClasses(node, classified) {
  for (const found of node ? classified : []) {
    const column = node.columns.find((one) => one.name.toLowerCase() === found.name.toLowerCase());
    if (column) Object.assign(column, {classification: found.classification, isMasked: found.masked, path: found.path});
  }
}

function linkColumns(product) {
  for (const node of product.things) {
    for (const column of node.columns) {
      for (const origin of column.from || []) {
        const parent = product.nodes.get(origin.node);
        const source = parent && parent.columns.find((one) => one.name.toLowerCase() === origin.column.toLowerCase());
        if (source) source.uses.push({node: node.id, column: column.name, how: origin.how, direct: origin.direct});
      }
    }
  }
  product.hasColumnLineage = product.things.some((node) => node.columns.some((column) => column.from));
}

const TYPES = [['ingestion', 'Ingested files'], ['source', 'Sources'], ['seed', 'Seeds'], ['model', 'Models'], ['snapshot', 'Snapshots'], ['exposure', 'Exposures'],
  ['destination', 'Destinations']];

// Models by layer, everything else by type; in the order in which data flows.
function groupThings(things) {
  const order = new Map(TYPES.map(([type], index) => [type, index]));
  const sorted = [...things].sort((one, other) =>
    (order.get(one.type) ?? 9) - (order.get(other.type) ?? 9) || one.name.localeCompare(other.name, 'en'));
  const groups = new Map();
  for (const node of sorted) {
    const title = node.type === 'model' && node.layer ? `Models, ${node.layer}` : (TYPES.find(([type]) => type === node.type) || [])[1] || node.type;
    if (!groups.has(title)) groups.set(title, {title, type: node.type, layer: node.layer, nodes: []});
    groups.get(title).nodes.push(node);
  }
  const depth = depths(things);
  const mean = (group) => group.nodes.reduce((sum, node) => sum + depth.get(node), 0) / group.nodes.length;
  return [...groups.values()].sort((one, other) =>
    (order.get(one.type) ?? 9) - (order.get(other.type) ?? 9) || mean(one) - mean(other));
}

// How many steps a node is from the sources: the longest way.
function depths(things) {
  const depth = new Map();
  const waiting = new Map(things.map((node) => [node, node.parents.length]));
  const ready = things.filter((node) => node.parents.length === 0);
  while (ready.length > 0) {
    const node = ready.pop();
    if (!depth.has(node)) depth.set(node, 0);
    for (const child of node.children) {
      depth.set(child, Math.max(depth.get(child) || 0, depth.get(node) + 1));
      waiting.set(child, waiting.get(child) - 1);
      if (waiting.get(child) === 0) ready.push(child);
    }
  }
  for (const node of things) if (!depth.has(node)) depth.set(node, 0);
  return depth;
}

// Everything within `steps` of a node, up and down.
function neighbourhood(node, steps) {
  const found = new Set([node]);
  for (const next of [(one) => one.parents, (one) => one.children]) {
    let edge = [node];
    for (let step = 0; step < steps && edge.length > 0; step += 1) {
      edge = [...new Set(edge.flatMap(next))].filter((one) => !found.has(one));
      edge.forEach((one) => found.add(one));
    }
  }
  return found;
}

const BAD = ['error', 'fail', 'warn', 'skipped', 'pass', 'success'];

// The worst of some results; null when none has run.
function worst(results) {
  const found = results.filter(Boolean).map((result) => result.status);
  return BAD.find((status) => found.includes(status)) || null;
}
