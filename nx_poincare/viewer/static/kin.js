// How two nodes are related in the graph: what both are, and the way from one to the other.
"use strict";

/** Of each row above a row, itself included: how many edges up, and over which row one comes there. */
function waysUp(tree, row) {
  const ways = new Map([[row, { edges: 0, from: -1 }]]);
  for (const u of ways.keys()) { // a Map gives what is added meanwhile, too
    const { edges } = ways.get(u);
    for (const parent of tree.graphParents(u)) if (!ways.has(parent)) ways.set(parent, { edges: edges + 1, from: u });
  }
  return ways;
}

/**
 * The way between two nodes over their lowest common ancestor: the one that is nearest to both, and of
 * several the one of the deepest level. Rows from `a` to `b`, and which of them is that ancestor; null where nothing is above both.
 */
function wayBetween(tree, a, b) {
  const left = waysUp(tree, a), right = waysUp(tree, b);
  let top = -1, least = Infinity;
  for (const [row, { edges }] of left) {
    if (!right.has(row)) continue;
    const length = edges + right.get(row).edges;
    if (length < least || (length === least && tree.levels[row] > tree.levels[top])) [top, least] = [row, length];
  }
  if (top < 0) return null;
  const up = [], down = [];
  for (let u = top; u >= 0; u = left.get(u).from) up.unshift(u);
  for (let u = right.get(top).from; u >= 0; u = right.get(u).from) down.push(u);
  return { rows: [...up, ...down], top };
}

/** What another row is to a row: one word or none. */
function kinship(tree, row) {
  const above = new Set(tree.ancestors(row)), children = new Set(tree.graphChildren(row));
  return (u) => {
    if (above.has(u)) return ["ancestor"];
    if (children.has(u)) return ["child"];
    return tree.ancestors(u).includes(row) ? ["descendant"] : [];
  };
}
