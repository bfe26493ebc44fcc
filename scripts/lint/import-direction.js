import path from 'node:path';

/**
 * The import table of ARCHITECTURE.md: what the files of each layer may import of ours. `types` may be
 * imported by `import type` only, because such an import is gone when the program runs: an adapter
 * fulfils an interface that a stage declares without reaching the stage.
 */
const table = {
  entry: { may: ['entry', 'loop', 'stage', 'adapters', 'incident', 'config'], types: [] },
  loop: { may: ['loop', 'stage', 'incident'], types: [] },
  stage: { may: ['incident'], types: [] },
  adapters: { may: ['adapters', 'incident', 'config'], types: ['stage'] },
  incident: { may: ['incident'], types: [] },
  config: { may: ['config', 'incident'], types: [] },
};

const layers = {
  main: 'entry',
  cli: 'entry',
  loop: 'loop',
  adapters: 'adapters',
  incident: 'incident',
  config: 'config',
  receive: 'stage',
  correlate: 'stage',
  enrich: 'stage',
  propose: 'stage',
  decide: 'stage',
  act: 'stage',
  verify: 'stage',
  postmortem: 'stage',
  advise: 'stage',
  learn: 'stage',
  report: 'stage',
};

/** Which part of src/ a file belongs to (`loop` for src/loop.ts and src/loop/…); null outside src/. */
function partOf(file, root) {
  const [first, second = ''] = path.relative(root, file).split(path.sep);
  return first === 'src' ? second.replace(/\.[cm]?[jt]s$/, '') : null;
}

/** Why this import breaks the table, or null. */
function complaint(importer, imported, isType, root) {
  const from = partOf(importer, root);
  const to = partOf(imported, root);
  if (from === null) return null;
  const layer = layers[from];
  if (!layer)
    return `src/${from} stands in no layer; place it in scripts/lint/import-direction.js and ARCHITECTURE.md.`;
  if (to === null) {
    return `src/${from} may not import ${path.relative(root, imported)}, which lies outside src/; move what it needs into src/.`;
  }
  // Files of one stage, or of any other part, are free to import each other.
  if (from === to) return null;
  const target = layers[to];
  const { may, types } = table[layer];
  if (target && may.includes(target)) return null;
  if (target && types.includes(target)) {
    if (isType) return null;
    return `src/${from} may import src/${to} by “import type” only: it may know what a stage asks for, not call it.`;
  }
  const allowed = may.filter((one) => one !== layer || layer !== 'stage').join(', ') || 'nothing of ours';
  return `src/${from} may not import src/${to}. It may import: ${allowed}. Declare an interface where it is needed and let src/main.ts join the two.`;
}

const rule = {
  meta: { type: 'problem', docs: { description: 'imports follow the table in ARCHITECTURE.md' }, schema: [] },
  create(context) {
    const root = context.cwd;
    const check = (node, specifier, isType) => {
      // Packages, node: modules and data are nobody's layer.
      if (typeof specifier !== 'string' || !specifier.startsWith('.') || specifier.endsWith('.json')) return;
      const imported = path.resolve(path.dirname(context.filename), specifier);
      const message = complaint(context.filename, imported, isType, root);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value, node.importKind === 'type'),
      ExportNamedDeclaration: (node) => check(node, node.source?.value, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source.value, false),
      TSImportType: (node) => check(node, node.source?.value, true),
    };
  },
};

export default { meta: { name: 'sitrep' }, rules: { 'import-direction': rule } };
