import { traitsOf } from '../act/catalogue.ts';
import { weigh } from '../decide/weigh.ts';
import { toolNames, type ToolName } from '../incident/action.ts';
import { dependants, type ServiceCatalogue } from '../incident/service.ts';
import { teamOf } from '../main/team.ts';
import { fail } from './fail.ts';
import { explainOnRecord } from './policy-on-record.ts';
import { tellRules, weighRules } from './tell-policy.ts';
import { withStore } from './with-store.ts';

export type PolicyExplainOptions = {
  service: string;
  environment?: string;
  confidence?: number;
  services: number;
  units: number;
  at?: string;
  export?: string;
  entry?: number;
  json: boolean;
};

/** Prints what the policy would say of an action, rule by rule, with its record so far. */
export async function policyExplainCommand(
  tool: string | undefined,
  options: PolicyExplainOptions,
): Promise<void> {
  if (options.export !== undefined && options.entry !== undefined)
    return explainOnRecord(options.export, options.entry);
  if (tool === undefined || options.export !== undefined || options.entry !== undefined)
    return fail(
      'Name a tool, or with --export and --entry an entry of the record that the policy was asked about.',
    );
  if (!isTool(tool)) return fail(`There is no tool “${tool}”. There are: ${toolNames.join(', ')}.`);
  const at = options.at === undefined ? new Date() : new Date(options.at);
  if (Number.isNaN(at.getTime())) return fail('--at is no time. Write it like 2026-12-24T18:00:00Z.');
  const { confidence } = options;
  if (confidence !== undefined && !(confidence >= 0 && confidence <= 1))
    return fail('--confidence is a probability: write a number from 0 to 1.');
  await withStore(async ({ config, transaction }) => {
    const { policy, catalogue } = teamOf(config);
    if (options.service !== '' && !catalogue.has(options.service))
      return fail(
        `The service “${options.service}” is not declared. Declared are: ${[...catalogue.keys()].join(', ') || 'none'}.`,
      );
    const record = await transaction((store) => store.actionRecord(tool, options.service, null));
    const subject = {
      tool,
      service: options.service,
      environment: options.environment ?? catalogue.get(options.service)?.environment ?? 'production',
      ...traitsOf(tool),
      blastRadius: { text: '', services: touched(catalogue, options), units: options.units },
    };
    const word = { word: 'medium' as const, record: '' };
    const calibrated =
      confidence === undefined ? {} : { calibrated: { probability: confidence, from: 0, to: 1 } };
    const when = { at, record };
    const { asked, scored: risk } = weigh(policy, subject, { ...word, ...calibrated }, when);
    const weighed = weighRules(policy, { ...asked, ...when });
    if (options.json)
      return console.log(JSON.stringify({ ...weighed, risk, policy: policy.version, record }));
    console.log(
      `Risk score ${risk.score} of 100: ${risk.parts.map(({ text, points }) => `${text} ${points}`).join(', ')}`,
    );
    tellRules(weighed);
    return undefined;
  });
}

function isTool(name: string): name is ToolName {
  return (toolNames as string[]).includes(name);
}

/** The service and what depends on it; as many nameless ones more as were asked for. */
function touched(catalogue: ServiceCatalogue, { service, services }: PolicyExplainOptions): string[] {
  const known = service === '' ? [] : [service, ...dependants(catalogue, service)];
  return [...known, ...Array.from({ length: Math.max(0, services - known.length) }, () => '?')];
}
