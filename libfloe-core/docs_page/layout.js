// A layered layout, left to right: columns by longest path, fewer crossings by barycentres, then heights that keep neighbours
// close. Deterministic.
const GAP = {column: 64, row: 12, through: 6};
const SWEEPS = 12;

// `boxes`: [{node, width, height}]. Returns the boxes with x and y, and the edges as lists of points.
function layOut(boxes, depth) {
  const byNode = new Map(boxes.map((box) => [box.node, box]));
  const columns = [];
  const put = (vertex, column) => {
    vertex.column = column;
    while (columns.length <= column) columns.push([]);
    columns[column].push(vertex);
    return vertex;
  };
  const used = [...new Set(boxes.map((box) => depth.get(box.node)))].sort((one, other) => one - other);
  for (const box of boxes) put(Object.assign(box, {before: [], after: []}), used.indexOf(depth.get(box.node)));
  const edges = [];
  for (const box of boxes) {
    for (const child of box.node.children) {
      if (!byNode.has(child)) continue;
      const target = byNode.get(child);
      const way = [box];
      // A long edge bends around the boxes of the columns between.
      for (let column = box.column + 1; column < target.column; column += 1) {
        way.push(put({before: [], after: [], width: 0, height: 0, bend: true}, column));
      }
      way.push(target);
      way.slice(1).forEach((vertex, index) => {
        vertex.before.push(way[index]);
        way[index].after.push(vertex);
      });
      edges.push({from: box, to: target, way});
    }
  }
  order(columns);
  place(columns);
  const size = {width: 0, height: 0};
  // Many edges between two columns need room to be told apart.
  const gap = GAP.column + Math.min(200, 2 * Math.max(...columns.map((column) => column.length), 0));
  let x = 0;
  for (const column of columns) {
    const width = Math.max(...column.map((vertex) => vertex.width), 0);
    for (const vertex of column) {
      vertex.x = x;
      vertex.span = width;
      size.height = Math.max(size.height, vertex.y + vertex.height);
    }
    x += width + gap;
  }
  size.width = Math.max(0, x - gap);
  return {boxes, edges, size, columns: columns.map((column) => column.filter((vertex) => !vertex.bend))};
}

function order(columns) {
  const rank = (column) => column.forEach((vertex, index) => { vertex.rank = index; });
  columns.forEach(rank);
  let best = Infinity;
  let kept = null;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forward = sweep % 2 === 0;
    const side = forward ? 'before' : 'after';
    for (const column of forward ? columns : [...columns].reverse()) {
      for (const vertex of column) {
        const near = vertex[side];
        vertex.weight = near.length === 0 ? vertex.rank : near.reduce((sum, one) => sum + one.rank, 0) / near.length;
      }
      column.sort((one, other) => one.weight - other.weight || one.rank - other.rank);
      rank(column);
    }
    const count = crossings(columns);
    if (count < best) {
      best = count;
      kept = columns.map((column) => [...column]);
    }
    if (best === 0) break;
  }
  (kept || []).forEach((column, index) => {
    columns[index] = column;
    rank(column);
  });
}

// Pairs of edges that cross, by counting inversions with a tree of sums.
function crossings(columns) {
  let count = 0;
  for (let index = 0; index + 1 < columns.length; index += 1) {
    const ends = columns[index].flatMap((vertex) => vertex.after.map((one) => one.rank).sort((one, other) => one - other));
    const sums = new Array(columns[index + 1].length + 1).fill(0);
    ends.forEach((end, seen) => {
      let below = 0;
      for (let at = end + 1; at > 0; at -= at & -at) below += sums[at];
      count += seen - below;
      for (let at = end + 1; at < sums.length; at += at & -at) sums[at] += 1;
    });
  }
  return count;
}

const space = (one, other) => (one.bend && other.bend ? GAP.through : GAP.row);

function place(columns) {
  for (const column of columns) {
    let y = 0;
    column.forEach((vertex, index) => {
      if (index > 0) y += space(column[index - 1], vertex);
      vertex.y = y;
      y += vertex.height;
    });
  }
  const middle = (vertex) => vertex.y + vertex.height / 2;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forward = sweep % 2 === 0;
    for (const column of forward ? columns : [...columns].reverse()) {
      for (const vertex of column) {
        const near = sweep >= SWEEPS - 2 ? [...vertex.before, ...vertex.after] : vertex[forward ? 'before' : 'after'];
        vertex.wish = near.length === 0 ? vertex.y : near.reduce((sum, one) => sum + middle(one), 0) / near.length - vertex.height / 2;
      }
      settle(column);
    }
  }
  const top = Math.min(...columns.flat().map((vertex) => vertex.y), Infinity);
  for (const vertex of columns.flat()) vertex.y -= top;
}

// The heights nearest to the wished ones that keep the order and the gaps: blocks that touch move as one.
function settle(column) {
  const blocks = [];
  column.forEach((vertex, rank) => {
    const lead = rank === 0 ? 0 : space(column[rank - 1], vertex);
    blocks.push({vertices: [vertex], offsets: [0], size: vertex.height, sum: vertex.wish, at: vertex.wish, lead});
    while (blocks.length > 1) {
      const below = blocks[blocks.length - 1];
      const above = blocks[blocks.length - 2];
      const start = above.size + below.lead;
      if (above.at + start <= below.at) break;
      below.vertices.forEach((one, index) => {
        above.vertices.push(one);
        above.offsets.push(start + below.offsets[index]);
      });
      above.sum += below.sum - start * below.vertices.length;
      above.size = start + below.size;
      above.at = above.sum / above.vertices.length;
      blocks.pop();
    }
  });
  for (const block of blocks) block.vertices.forEach((vertex, index) => { vertex.y = block.at + block.offsets[index]; });
}
