// The pages about the whole product.
function overviewPage(product) {
  const {artifact, data} = product;
  const enforcement = artifact.enforcement_result;
  const counts = product.groups.map((group) => [group.title, group.nodes.length]);
  const tests = product.tests.map((test) => test.result && test.result.status);
  const of = (status) => tests.filter((one) => one === status).length;
  const run = data.runs[0];
  return {
    title: 'Overview',
    content: [
      h('p', {class: 'kicker'}, `data product · version ${artifact.identity.version || 'none'}`),
      h('h1', null, artifact.identity.name),
      artifact.identity.description ? h('p', {class: 'lead'}, artifact.identity.description) : null,
      definition(['Owner', artifact.identity.owner], ['Domain', artifact.domain_context && artifact.domain_context.domain],
        ['Platform', chainText(artifact)], ['Compiled by', `floe ${artifact.metadata.floe_version}`],
        ['Source hash', code(artifact.metadata.source_hash.slice(0, 16))], ['Schedule', artifact.schedules.map((one) => [code(one.cron), ` ${one.timezone || ''} `])]),
      h('div', {class: 'cards'},
        card('Compile', href('findings'), data.refused ? ['fail', 'refused'] : ['pass', 'compiles'], foundText(data)),
        card('Policies', href('policies'), enforcement.policies.length === 0 ? ['none', 'none on this platform']
          : enforcement.errors > 0 ? ['fail', plural(enforcement.errors, 'error')]
            : enforcement.warnings > 0 ? ['warn', plural(enforcement.warnings, 'warning')] : ['pass', 'all passed'],
        `${plural(enforcement.policies.length, 'policy', 'policies')}, ${plural(enforcement.models_validated, 'model')}`),
        card('Tests', href('tests'), tests.length === 0 ? ['none', 'none'] : of('fail') + of('error') > 0 ? ['fail', `${of('fail') + of('error')} failed`]
          : of('warn') > 0 ? ['warn', plural(of('warn'), 'warning')] : of('pass') > 0 ? ['pass', 'all passed'] : ['none', 'not run'],
        `${of('pass')} of ${tests.length} passed`),
        card('Last run', href('runs'), run ? [run.success ? 'success' : run.interrupted ? 'skipped' : 'error', run.success ? 'succeeded' : run.interrupted ? 'interrupted' : 'failed']
          : ['none', 'not run'], run ? [`floe ${run.verb}, `, moment(run.started_at_ns)] : 'no record of a run')),
      h('section', {'aria-labelledby': 'content'}, h('h2', {id: 'content'}, 'What is in it'),
        h('ul', {class: 'counts'}, counts.map(([title, count]) => h('li', null, h('b', null, count), ' ', title)))),
      h('section', {'aria-labelledby': 'graph'}, h('h2', {id: 'graph'}, 'Lineage'), overviewGraph(product)),
      h('section', {'aria-labelledby': 'plugins'}, h('h2', {id: 'plugins'}, 'Plugins'),
        table('Plugins', ['Category', 'Plugin', 'Settings'], Object.entries(artifact.plugins).map(([category, plugin]) =>
          [category, code(plugin.type), Object.keys(plugin.config).length > 0 ? json(plugin.config) : '']))),
    ],
  };
}

const foundText = (data) => ['error', 'warning'].map((severity) =>
  plural(data.findings.filter((finding) => finding.severity === severity).length, severity)).join(', ');

// What the compile told the terminal.
function findingsPage(product) {
  const {findings, refused} = product.data;
  const place = ({file, line}) => (file ? code(line ? `${file}:${line}` : file) : '');
  return {
    title: 'Findings',
    content: [
      h('h1', null, 'Findings of the compile'),
      h('p', null, badge(refused ? 'fail' : 'pass', refused ? 'refused' : 'compiles'), ` ${foundText(product.data)}`),
      refused ? h('p', {class: 'lead'}, 'The product cannot run before its errors are mended. This page shows it as far as it could be read.') : null,
      findings.length > 0 ? table('Findings', ['Code', 'Severity', 'Finding', 'Where', 'What to do'], findings.map((finding) =>
        [code(finding.code), badge(finding.severity === 'error' ? 'error' : 'warn', finding.severity), [finding.message, list(finding.notes)], place(finding),
          list(finding.helps)])) : h('p', {class: 'quiet'}, 'None.'),
    ],
  };
}

const READABLE = 60;

function overviewGraph(product) {
  if (product.things.length > READABLE) {
    return h('p', null, h('a', {href: href('lineage')}, `The lineage of all ${product.things.length} nodes`));
  }
  return graph(product, product.things, {label: 'Lineage of the product'}).element;
}

const chainText = (artifact) => (artifact.inheritance_chain.length === 0 ? 'built-in local platform'
  : artifact.inheritance_chain.map((tier, index) => [index > 0 ? ' → ' : '', h('a', {href: href('settings')}, tier.name || tier.ref), ` ${tier.version || ''}`]));

function card(title, target, [status, text], below) {
  return h('a', {class: 'card', href: target}, h('span', {class: 'card-title'}, title), badge(status, text), h('span', {class: 'quiet'}, below));
}

function lineagePage(product, node) {
  const state = {steps: node ? 2 : Infinity};
  const holder = h('div', {class: 'holder'});
  let drawn = null;
  const count = h('span', {class: 'quiet', role: 'status'});
  const mark = h('input', {type: 'search', id: 'mark', placeholder: 'name, tag or layer', autocomplete: 'off', oninput: () => highlight()});
  const highlight = () => {
    const words = mark.value.trim().toLowerCase();
    const matches = words === '' ? null : new Set(product.things.filter((one) =>
      [one.name, one.layer || '', one.type, ...one.tags].some((text) => text.toLowerCase().includes(words))));
    drawn.mark(matches);
    count.textContent = matches === null ? '' : plural(matches.size, 'match', 'matches');
    if (matches !== null && matches.size > 0) drawn.show([...matches][0]);
  };
  const draw = () => {
    const nodes = node && state.steps !== Infinity ? neighbourhood(node, state.steps) : node ? neighbourhood(node, Infinity) : new Set(product.things);
    drawn = graph(product, nodes, {focus: node, label: node ? `Lineage of ${node.name}` : 'Lineage of the product', tall: true});
    holder.replaceChildren(drawn.element);
  };
  draw();
  const choose = h('select', {id: 'steps', onchange: () => {
    state.steps = Number(choose.value);
    draw();
    highlight();
  }}, [[1, '1 step'], [2, '2 steps'], [3, '3 steps'], ['Infinity', 'all steps']].map(([value, text]) =>
    h('option', {value, selected: Number(value) === state.steps}, text)));
  return {
    title: node ? `Lineage of ${node.name}` : 'Lineage',
    wide: true,
    content: [
      h('h1', null, node ? ['Lineage of ', h('a', {href: href('node', node.id)}, node.name)] : 'Lineage'),
      h('div', {class: 'bar'},
        h('label', {for: 'mark'}, 'Highlight '), mark, count,
        node ? [h('label', {for: 'steps'}, 'Show '), choose, h('a', {href: href('lineage')}, 'Everything')] : null,
        legend(product), h('a', {href: href('list')}, 'As a table')),
      holder,
    ],
  };
}

function legend(product) {
  const seen = new Map(product.groups.map((group) => [colourOf(product, group.nodes[0]), group.layer || group.title.toLowerCase()]));
  return h('ul', {class: 'legend', 'aria-label': 'Colours'}, [...seen].map(([colour, title]) =>
    h('li', null, h('span', {class: `swatch ${colour}`, 'aria-hidden': 'true'}), title)));
}

function listPage(product) {
  const rows = product.groups.flatMap((group) => group.nodes).map((node) => [h('a', {href: href('node', node.id)}, node.name), node.layer || node.type,
    list(node.parents.map((one) => nodeLink(product, one.id))), list(node.children.map((one) => nodeLink(product, one.id))),
    node.tests.length > 0 ? badge(worst(node.tests.map((test) => test.result)) || 'none', plural(node.tests.length, 'test')) : '',
    resultText(product, node.result)]);
  return {title: 'Lineage as a table', content: [h('h1', null, 'Lineage as a table'),
    table('Lineage', ['Name', 'Layer or type', 'Reads', 'Read by', 'Tests', 'Last run'], rows)]};
}

function testsPage(product) {
  const rows = [...product.tests].sort(byResult).map((test) => [h('a', {href: href('node', test.id)}, testName(test)),
    list(test.depends_on.map((id) => nodeLink(product, id))), (test.test && test.test.severity) || '', resultText(product, test.result)]);
  return {title: 'Tests', content: [h('h1', null, 'Tests'),
    rows.length > 0 ? table('Tests', ['Test', 'Of', 'Severity', 'Last result'], rows) : h('p', {class: 'quiet'}, 'The project has none.')]};
}

function verdictRow(product, violation, first, withModel) {
  const model = product.things.find((node) => node.type === 'model' && node.name === violation.model);
  const status = {block: 'fail', warn: 'warn', notify: 'warn', exclude: 'skipped'}[violation.action] || 'warn';
  return [first, ...(withModel ? [model ? h('a', {href: href('node', model.id)}, model.name) : violation.model] : []),
    [code(violation.code), ' ', violation.problem], violation.expected || '', badge(status, violation.action), violation.override || ''];
}

function policiesPage(product) {
  const result = product.artifact.enforcement_result;
  const level = (policy) => (policy.violations.some((one) => one.action === 'block') ? 'fail' : policy.violations.some((one) => one.action !== 'exclude') ? 'warn'
    : policy.violations.length > 0 ? 'skipped' : 'pass');
  const findings = result.policies.flatMap((policy) => policy.violations.map((violation) => verdictRow(product, violation, policy.policy, true)));
  return {
    title: 'Policies',
    content: [
      h('h1', null, 'Policies and verdicts'),
      result.policies.length === 0 ? h('p', {class: 'quiet'}, 'The platform of this product has no policies.') : [
        h('p', null, badge(result.passed ? 'pass' : 'fail', result.passed ? 'compiles' : 'refused'), ` ${plural(result.errors, 'error')}, ${plural(result.warnings, 'warning')}, `,
          `${plural(result.models_validated, 'model')} looked at`),
        table('Policies', ['Policy', 'Level', 'Verdict', 'Checked', 'Findings'], result.policies.map((policy) =>
          [policy.policy, policy.level, badge(level(policy), {fail: 'failed', warn: 'warnings', skipped: 'excluded', pass: 'passed'}[level(policy)]),
            policy.checked, policy.violations.length]))],
      h('section', {'aria-labelledby': 'findings'}, h('h2', {id: 'findings'}, 'Findings'),
        findings.length > 0 ? table('Findings', ['Policy', 'Model', 'Finding', 'Expected', 'Action', 'Override'], findings) : h('p', {class: 'quiet'}, 'None.')),
      h('section', {'aria-labelledby': 'overrides'}, h('h2', {id: 'overrides'}, 'Overrides'),
        result.overrides.length > 0 ? table('Overrides', ['Models', 'Action', 'Policies', 'Reason', 'Expires', 'Softened'], result.overrides.map((one) =>
          [code(one.pattern), one.action, one.policy_types.join(', ') || 'all', one.reason,
            one.is_expired ? badge('warn', `expired ${one.expires}`) : one.expires || 'never',
            list(one.softened.map((softened) => `${softened.policy}: ${softened.model}`))])) : h('p', {class: 'quiet'}, 'None is written.')),
    ],
  };
}

function settingsPage(product) {
  const {artifact, data} = product;
  const rows = data.settings.map((setting) => [code(setting.address), json(setting.value), h('span', {class: 'whole'}, setting.tier),
    code(`${setting.file}:${setting.line}`)]);
  return {
    title: 'Settings',
    content: [
      h('h1', null, 'Where each setting came from'),
      h('section', {'aria-labelledby': 'chain'}, h('h2', {id: 'chain'}, 'Tiers'),
        artifact.inheritance_chain.length > 0 ? table('Tiers', ['Tier', 'Scope', 'Version', 'Reference', 'Digest'], artifact.inheritance_chain.map((tier) =>
          [tier.name || '', tier.scope || '', tier.version || '', code(tier.ref), code((tier.digest || '').slice(0, 23))]))
          : h('p', null, 'No manifest: the product runs on the built-in local platform, without policies.')),
      h('section', {'aria-labelledby': 'settings'}, h('h2', {id: 'settings'}, 'Settings'),
        table('Settings', ['Setting', 'Value', 'Tier', 'Written at'], rows)),
    ],
  };
}

function contractsPage(product) {
  const {artifact} = product;
  const ports = artifact.ports || {inputs: [], outputs: []};
  const section = (id, title, content) => h('section', {'aria-labelledby': id}, h('h2', {id}, title), content || h('p', {class: 'quiet'}, 'None.'));
  const some = (caption, head, rows) => (rows.length > 0 ? table(caption, head, rows) : null);
  const sources = ((artifact.plugins.ingestion || {}).config || {}).sources || [];
  const model = (name) => product.things.find((node) => node.type === 'model' && node.name === name);
  return {
    title: 'Ports and contracts',
    content: [
      h('h1', null, 'Ports and contracts'),
      section('outputs', 'Output ports', some('Output ports', ['Port', 'Model', 'Class', 'Contract', 'Service levels'], ports.outputs.map((port) =>
        [port.qualified_name || port.name, model(port.model) ? nodeLink(product, model(port.model).id) : port.model, port.classification || '',
          port.contract ? code(port.contract) : '', levels(port.sla)]))),
      section('inputs', 'Input ports', some('Input ports', ['Product', 'Port', 'Version'], ports.inputs.map((port) => [port.product, port.port, port.version || 'any']))),
      ...(Array.isArray(artifact.contracts) ? [section('contracts', 'Contracts', artifact.contracts.map((contract) => h('details', null,
        h('summary', null, contract.name || contract.id || 'contract'), h('pre', {tabindex: '0'}, JSON.stringify(contract, null, 2)))))] : []),
      section('sources', 'Ingestion', some('Ingestion', ['Source', 'Format', 'Files', 'Table', 'Mode'], sources.map((source) =>
        [source.name, source.format, code(source.path), code(source.table), source.write_mode]))),
      section('destinations', 'Destinations', some('Destinations', ['Destination', 'Sink', 'Table', 'Target'], artifact.destinations.map((one) =>
        [one.name, code(one.sink_type), code(one.source_table), json(one.target)]))),
    ],
  };
}

const levels = (sla) => definition(...Object.entries(sla || {}).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));

function runsPage(product) {
  const {runs} = product.data;
  const last = [...product.nodes.values()].filter((node) => node.result).sort((one, other) =>
    BAD.indexOf(one.result.status) - BAD.indexOf(other.result.status) || one.type.localeCompare(other.type, 'en') || one.name.localeCompare(other.name, 'en'));
  return {
    title: 'Runs',
    content: [
      h('h1', null, 'Runs'),
      runs.length === 0 ? h('p', {class: 'quiet'}, 'There is no record of a run.') : table('Runs', ['Started', 'Command', 'Result', 'Took', 'Nodes', 'Run'], runs.map((run) =>
        [moment(run.started_at_ns), `floe ${run.verb}`, badge(run.success ? 'success' : run.interrupted ? 'skipped' : 'error', run.success ? 'succeeded' : run.interrupted ? 'interrupted' : 'failed'),
          seconds(run.elapsed_seconds), run.nodes, code(run.id)])),
      h('section', {'aria-labelledby': 'last'}, h('h2', {id: 'last'}, 'Last result of each node'),
        last.length > 0 ? table('Last results', ['Node', 'Type', 'Result', 'Rows', 'Took'], last.map((node) =>
          [h('a', {href: href('node', node.id)}, node.type === 'test' ? testName(node) : node.name), node.type, resultText(product, node.result),
            node.result.rows === null ? '' : node.result.rows.toLocaleString('en'), seconds(node.result.seconds)])) : h('p', {class: 'quiet'}, 'None.')),
    ],
  };
}
