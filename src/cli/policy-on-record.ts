import { z } from 'zod';
import { toolNames } from '../incident/action.ts';
import { AUTONOMIES, type PolicyQuestion } from '../incident/policy.ts';
import { utc } from '../incident/utc.ts';
import { readTeam } from '../config.ts';
import { teamOf } from '../main/team.ts';
import { auditLine } from './audit/export-lines.ts';
import { strictLines } from './audit/strict-lines.ts';
import { onOneLine } from './on-one-line.ts';
import { tellRules, weighRules } from './tell-policy.ts';

const time = z.iso.datetime().transform((text) => new Date(text));
/** `PolicyAnswer`, as an entry has it. */
const answer = z.object({
  version: z.string(),
  at: time,
  asked: z.object({
    tool: z.enum(toolNames),
    service: z.string(),
    environment: z.string(),
    risk: z.enum(['low', 'medium', 'high']),
    reversible: z.boolean(),
    delivers: z.enum(['effect', 'review']),
    confidence: z.number().nullable(),
    blastRadius: z.object({ text: z.string(), services: z.array(z.string()), units: z.number() }),
    riskScore: z.number(),
    byHand: z.literal(true).optional(),
  }),
  record: z.object({
    streak: z.number(),
    failures: z.object({ inARow: z.number(), lastAt: time }).nullable(),
    runs: z.array(z.object({ at: time, rule: z.string() })),
  }),
  rule: z.string(),
  autonomy: z.enum(AUTONOMIES),
});
const content = z.object({ title: z.string(), policy: answer });

/**
 * Asks the policy of sitrep.yaml once more what an entry of an export says that it was asked, with the record of then;
 * needs no database and no token. Exits 1 where it does not say what is on record.
 */
export async function explainOnRecord(file: string, seq: number): Promise<void> {
  const { title, policy: then } = await entryOf(file, seq);
  const { policy } = teamOf(readTeam(process.env, process.cwd()));
  console.log(`Entry ${seq}, ${onOneLine(title, 200)}, at ${utc(then.at)}`);
  const { byHand, ...asked } = then.asked;
  const question: PolicyQuestion = {
    ...asked,
    ...(byHand ? { byHand } : {}),
    at: then.at,
    record: then.record,
  };
  const weighed = weighRules(policy, question);
  tellRules(weighed);
  const { rule, autonomy } = weighed.verdict;
  if (then.version === policy.version && rule === then.rule && autonomy === then.autonomy)
    return console.log('That is what is on record.');
  process.exitCode = 1;
  console.log(`On record is: ${then.autonomy} (${onOneLine(then.rule, 100)})`);
  if (then.version !== policy.version)
    console.log(
      `It was asked under policy version ${onOneLine(then.version, 80)}, and sitrep.yaml has ${policy.version}: set SITREP_CONFIG to the file of then.`,
    );
  return undefined;
}

async function entryOf(file: string, seq: number): Promise<z.infer<typeof content>> {
  for await (const line of strictLines(file, auditLine)) {
    if ('unreadable' in line || line.seq !== seq) continue;
    const parsed = content.safeParse(typeof line.content === 'string' ? null : line.content.data);
    if (parsed.success) return parsed.data;
    throw new Error(
      `Entry ${seq} does not say all that the policy was asked. Name one of kind proposal.made, or of proposal.withheld where the policy said no, in an export without --sealed.`,
    );
  }
  throw new Error(`${file} has no entry ${seq}. “sitrep audit export > ${file}” writes one that has all.`);
}
