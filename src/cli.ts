#!/usr/bin/env node
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { SHORTEST_REASON } from './incident/rejection.ts';
import { ROLES, type Role } from './main/role.ts';
import pkg from '../package.json' with { type: 'json' };
import type { VerifyOptions } from './cli/audit/verify.ts';
import type { EvalCorrelateOptions } from './cli/eval-correlate.ts';
import type { EvalCulpritsOptions } from './cli/eval-culprits.ts';
import type { EvalRunbooksOptions } from './cli/eval-runbooks.ts';
import type { JudgingOptions } from './cli/judged-answers.ts';
import type { PolicyExplainOptions } from './cli/policy-explain.ts';
import type { StopOptions } from './cli/switch.ts';

// Commands are imported when they run, so that --help answers at once.

const program = new Command('sitrep')
  .description(
    'An incident assistant for Slack: alerts become threads with evidence, ranked fixes and approved actions.',
  )
  .version(pkg.version)
  .showHelpAfterError('(sitrep --help lists the commands)');

program
  .command('start')
  .description('start Sitrep; without any configuration with a local console and a demo shop')
  .addOption(new Option('--role <role>', 'what this process does').choices(ROLES).default('all'))
  .action(async (options: { role: Role }) => (await import('./cli/start.ts')).startCommand(options.role));

program
  .command('demo')
  .description('play a whole incident unattended, from the alert to the postmortem draft')
  .option('--json', 'print one JSON object a line, the result last')
  .action(async (options: { json?: boolean }) =>
    (await import('./cli/demo.ts')).demoCommand(options.json ?? false),
  );

program
  .command('doctor')
  .description('check the configuration and everything that it names')
  .addOption(
    new Option('--role <role>', 'as a process of this role would have it').choices(ROLES).default('all'),
  )
  .action(async (options: { role: Role }) => (await import('./cli/doctor.ts')).doctorCommand(options.role));

program
  .command('migrate')
  .description('bring the database to this version, or move the embedded one to a server')
  .option('--to <url>', 'move the embedded database to this empty PostgreSQL')
  .addOption(
    new Option(
      '--grant-to <role>',
      'let this role run Sitrep; of the record it may only add and read',
    ).conflicts('to'),
  )
  .action(async (options: { to?: string; grantTo?: string }) =>
    (await import('./cli/migrate.ts')).migrateCommand(options),
  );

program
  .command('ingest')
  .description('read the knowledge again: runbooks, repositories, our own incidents')
  .option('--source <name>', 'only this source, as a run without it names it')
  .action(async (options: { source?: string }) => (await import('./cli/ingest.ts')).ingestCommand(options));

program
  .command('incidents')
  .description('list the latest incidents, or show one')
  .argument('[incident]', 'for example INC-12')
  .option('--json', 'print JSON')
  .action(async (incident: string | undefined, options: { json?: boolean }) =>
    (await import('./cli/incidents.ts')).incidentsCommand(incident, options.json ?? false),
  );

program
  .command('key')
  .description('make a key for one person, and its hash for sitrep.yaml')
  .action(async () => (await import('./cli/proposals.ts')).keyCommand());
program
  .command('proposals')
  .description('list what waits for an approval, each card whole; needs SITREP_KEY')
  .requiredOption('--as <person>', 'your name or Slack id in sitrep.yaml')
  .action(async (options: { as: string }) => (await import('./cli/proposals.ts')).proposalsCommand(options));
program
  .command('approve')
  .description('approve a proposal when Slack is down; needs SITREP_KEY')
  .argument('<id>', 'as “sitrep proposals” shows it')
  .requiredOption('--as <person>', 'your name or Slack id in sitrep.yaml')
  .option('--digest <characters>', 'the first 8 or more of the card that you read')
  .option('--typed <text>', 'what the card asks to be typed, such as the name of the target')
  .action(async (id: string, options: { as: string; digest?: string; typed?: string }) =>
    (await import('./cli/proposals.ts')).approveCommand(id, options),
  );
program
  .command('reject')
  .description('reject a proposal when Slack is down; needs SITREP_KEY')
  .argument('<id>', 'as “sitrep proposals” shows it')
  .requiredOption('--as <person>', 'your name or Slack id in sitrep.yaml')
  .requiredOption('--why <text>', `at least ${SHORTEST_REASON} characters; it goes into the record`)
  .action(async (id: string, options: { as: string; why: string }) =>
    (await import('./cli/proposals.ts')).rejectCommand(id, options),
  );
program
  .command('propose')
  .description('ask for an action by hand; without words, list what can be asked for; needs SITREP_KEY')
  .argument('[words...]', 'INC-12 kubernetes.scale namespace=shop deployment=pricing replicas=4')
  .requiredOption('--as <person>', 'your name or Slack id in sitrep.yaml')
  .option('--why <text>', 'stands on the card', '')
  .action(async (words: string[], options: { as: string; why: string }) =>
    (await import('./cli/proposals.ts')).proposeCommand(words, options),
  );

program
  .command('quiet')
  .description('list what was kept quiet in the last 24 hours, and why')
  .option('--json', 'print JSON')
  .action(async (options: { json?: boolean }) =>
    (await import('./cli/quiet.ts')).quietCommand(options.json ?? false),
  );

const audit = program.command('audit').description('the record of every decision and action');
const link = (text: string) => {
  if (!/^[1-9]\d{0,15}$/u.test(text)) throw new InvalidArgumentError('Write the number of an entry, from 1.');
  return Number(text);
};
audit
  .command('verify')
  .description('check the chain; names the first entry that does not fit')
  .argument('[export]', 'a file of “sitrep audit export”; without one the database is checked')
  .option('--checkpoints <file>', 'signed checkpoints, one a line, kept where nobody could change them')
  .option('--key <key>', 'the public key they must be signed with; may be repeated', gathered, [])
  .option('--from <entry>', 'the first entry of an export that was made with --from', link, 1)
  .action(async (file: string | undefined, options: VerifyOptions) =>
    (await import('./cli/audit/verify.ts')).verifyCommand(file, options),
  );
audit
  .command('export')
  .description('print the record, one JSON object a line')
  .option('--from <entry>', 'begin with this entry', link, 1)
  .option('--contents', 'with what the entries say (the default)')
  .addOption(new Option('--sealed', 'only hashes instead of what the entries say').conflicts('contents'))
  .action(async (options: { from: number; sealed?: boolean }) =>
    (await import('./cli/audit/export.ts')).exportCommand(options.from, options.sealed ? 'sealed' : 'open'),
  );
audit
  .command('erase')
  .description('make everything that the database says of an incident unreadable; the chain still verifies')
  .requiredOption('--incident <incident>', 'for example INC-12')
  .requiredOption('--why <text>', 'stands in the record')
  .action(async (options: { incident: string; why: string }) =>
    (await import('./cli/audit/erase.ts')).eraseCommand(options.incident, options.why),
  );
audit
  .command('rekey')
  .description('wrap the keys of all contents with the first of the two in SITREP_AUDIT_KEY')
  .action(async () => (await import('./cli/audit/rekey.ts')).rekeyCommand());
audit
  .command('model')
  .description('print what a model was asked and answered in an incident, one JSON object a call')
  .argument('<incident>', 'for example INC-12')
  .action(async (incident: string) => (await import('./cli/audit/model.ts')).modelCommand(incident));
audit
  .command('key')
  .description('print the public key that checkpoints are signed with')
  .action(async () => (await import('./cli/audit/key.ts')).keyCommand());

const policy = program.command('policy').description('what Sitrep may do, and what people must approve');
policy
  .command('explain')
  .description('say which rule decides about an action, and why the ones before it do not')
  .addArgument(new Argument('[tool]', 'for example kubernetes.restart'))
  .option('--service <name>', 'the service that it is about', '')
  .option('--environment <name>', "instead of the service's own")
  .option('--confidence <p>', 'the calibrated probability that it helps, 0 to 1', Number)
  .option('--services <n>', 'how many services it may touch', Number, 1)
  .option('--units <n>', 'how many replicas or machines it may touch', Number, 1)
  .option('--at <time>', 'as if it were that time, such as 2026-12-24T18:00:00Z')
  .option('--export <file>', 'instead of a tool: what “sitrep audit export” has written, with --entry')
  .option('--entry <n>', 'the entry whose question to the policy is asked again', link)
  .option('--json', 'print JSON', false)
  .action(async (tool: string | undefined, options: PolicyExplainOptions) =>
    (await import('./cli/policy-explain.ts')).policyExplainCommand(tool, options),
  );

const mcp = program.command('mcp').description('tools of MCP servers, each as a person has pinned it');
mcp
  .command('list')
  .description('connect, and print each tool with its text, schema and hash')
  .argument('[server]', 'as sitrep.yaml names it')
  .action(async (server: string | undefined) => (await import('./cli/mcp.ts')).mcpListCommand(server));
mcp
  .command('pin')
  .description('show one tool in full, and the line that allows it in sitrep.yaml')
  .argument('<server>', 'as sitrep.yaml names it')
  .argument('<tool>', 'as the server names it')
  .action(async (server: string, tool: string) => (await import('./cli/mcp.ts')).mcpPinCommand(server, tool));

const silence = program.command('silence').description('keep alerts quiet for a while');
silence
  .command('add')
  .description('silence what meets all conditions; security signals only with kind=security')
  .argument('<condition...>', 'a rule name, or label=value; * stands for any text')
  .requiredOption('--for <duration>', 'for how long: 30m, 2h, 1h30m, at most 30d')
  .requiredOption('--why <text>', 'whoever is woken next reads it')
  .option('--critical', 'critical alerts too', false)
  .action(async (texts: string[], options: { for: string; why: string; critical: boolean }) =>
    (await import('./cli/silence.ts')).addCommand(texts, options),
  );
silence
  .command('list')
  .description('list the silences in force')
  .option('--json', 'print JSON', false)
  .action(async (options: { json: boolean }) => (await import('./cli/silence.ts')).listCommand(options.json));
silence
  .command('end')
  .description('end a silence before its time')
  .argument('<number>', 'as “sitrep silence list” shows it')
  .action(async (number: string) => (await import('./cli/silence.ts')).endCommand(number));

program
  .command('label')
  .description('say whether the first runbook or suspect of an incident was right')
  .argument('<incident>', 'for example INC-12')
  .addArgument(new Argument('<answer>', 'which answer').choices(['runbook', 'suspect']))
  .addArgument(new Argument('<verdict>', 'what is true of it').choices(['right', 'wrong', 'none', 'retract']))
  .action(async (incident: string, answer: string, verdict: string) =>
    (await import('./cli/label.ts')).labelCommand(incident, answer, verdict),
  );

const evaluate = program.command('eval').description('measure Sitrep on your own history');
evaluate
  .command('correlate')
  .description('group past alerts as the running system would have, and say why')
  .option('--alerts <file>', 'one alert a line: {startsAt, endsAt, labels, annotations}')
  .option('--out <file>', 'where to write which lines make an incident and which are kept quiet')
  .option('--config <file>', 'a sitrep.yaml whose services and times count')
  .option('--history <days>', 'instead of a file: how many incidents your own last days would have made')
  .option('--explain <line>', 'say why the alert of this line (from 0) went where it did')
  .action(async (options: EvalCorrelateOptions) =>
    (await import('./cli/eval-correlate.ts')).evalCorrelateCommand(options),
  );
evaluate
  .command('confidence')
  .description('how far your own labels bear out what was said: predicted against observed, per kind')
  .action(async () => (await import('./cli/eval-confidence.ts')).evalConfidenceCommand());

judging(evaluate.command('incidents'))
  .description('name the guilty commit, where it began and what to do, for frozen incidents')
  .requiredOption('--cases <dir>', 'a folder with one frozen incident per .json file')
  .requiredOption('--out <file>', 'where to write one answer a line')
  .action(async (options: JudgingOptions & { cases: string }) =>
    (await import('./cli/eval-incidents.ts')).evalIncidentsCommand(options),
  );

judging(evaluate.command('runbooks'))
  .description('rank the documents of a folder for past alerts, and say how sure that is')
  .option('--corpus <dir>', 'the folder: Markdown, AsciiDoc and plain text')
  .option('--queries <file>', 'one alert a line: {query_id, alertname?, labels, annotations}')
  .option('--out <file>', 'where to write {query_id, ranked, confidence}; at most 20 files are ranked')
  .option('--explain <query_id>', 'say why the first files are where they are')
  .action(async (options: EvalRunbooksOptions) =>
    (await import('./cli/eval-runbooks.ts')).evalRunbooksCommand(options),
  );

judging(evaluate.command('culprits'))
  .description('rank past commits by how likely each brought a symptom, and say why')
  .requiredOption(
    '--cases <file>',
    'one case a line: {case_id, query, candidates: [{sha, age_s, subject, body, paths, diff?}]}',
  )
  .option('--out <file>', 'where to write {case_id, ranked, confidence}')
  .option('--explain <case_id>', 'say what the suspects of this case were weighed by')
  .action(async (options: EvalCulpritsOptions) =>
    (await import('./cli/eval-culprits.ts')).evalCulpritsCommand(options),
  );

program
  .command('replay')
  .description('say what Sitrep would have said of a frozen incident')
  .argument('<file>', 'a frozen incident, one JSON object')
  .option('--json', 'print the answer as JSON', false)
  .action(async (file: string, options: { json: boolean }) =>
    (await import('./cli/replay.ts')).replayCommand(file, options.json),
  );

program
  .command('stop')
  .description('stop all actions: nothing that has not begun will begin; what has is offered to be undone')
  .argument('[reason...]')
  .option(
    '--undo-last <time>',
    'also what ran by itself in the last 15m, say; these undos may be approved and run while all else is stopped',
  )
  .option(
    '--as <person>',
    'your name or Slack id in sitrep.yaml, to tell the running Sitrep; needs SITREP_KEY',
  )
  .action(async (reason: string[], options: StopOptions) =>
    (await import('./cli/switch.ts')).stopCommand(reason.join(' '), options),
  );

program
  .command('resume')
  .description('allow actions again; each still needs its approval')
  .option('--as <person>', 'lift the stop of the running Sitrep too, as an approver; needs SITREP_KEY')
  .action(async (options: { as?: string }) => (await import('./cli/switch.ts')).resumeCommand(options));

/** An option that may be repeated. */
function gathered(value: string, before: string[]): string[] {
  return [...before, value];
}

/** What every command takes whose answers carry a confidence. */
function judging(command: Command): Command {
  return command
    .option('--report', 'print how far the labels bear the confidences out', false)
    .option(
      '--labels <file>',
      'for the report, one a line: {query_id, case_id or id, right: […]}, or a truth file',
    )
    .option('--calibrate <file>', 'labels of your own by which the confidences are corrected first');
}

// Whoever reads no further, as “head” does, has had what was wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  // A mistake of configuration or surroundings is told in one sentence; anything else with its origin.
  const { fail } = await import('./cli/fail.ts');
  fail(error);
}
