import { parseAction, type Action } from '../incident/action.ts';
import { BELIEVABLE, type StoredEvidence } from '../incident/evidence.ts';
import { ofKind } from './evidence-of.ts';
import type { Draft } from './draft.ts';

/** Turns back the likeliest flag that was switched on or off before the onset; other changes of value are left to people. */
export function flagFixes(evidence: readonly StoredEvidence[]): Draft[] {
  const [suspect] = ofKind(evidence, 'flag');
  if (!suspect || suspect.score < BELIEVABLE) return [];
  const { about } = suspect;
  const now = switched(about.after);
  // A flag that was switched to what it had been is no suspect; an unknown value before is.
  if (now === null || switched(about.before) === now) return [];
  const action = actionOn(nameOf(about.key), about.environment, now ? 'flag.disable' : 'flag.enable');
  if (!action) return [];
  return [
    {
      action,
      service: about.service ?? '',
      score: Math.min(0.95, 0.3 + 0.45 * suspect.score),
      reasonsFor: [{ text: `${suspect.title}: ${suspect.why}`, evidenceId: suspect.id }],
      reasonsAgainst: [
        { text: 'whatever else hangs on the flag changes as well', evidenceId: null },
        ...(about.sha === null
          ? []
          : [
              {
                text: 'it came by a commit; the next rollout of that file may switch it again',
                evidenceId: suspect.id,
              },
            ]),
      ],
    },
  ];
}

/** Changes of files name the value that differs: `flags.coupons.state` is the flag `coupons`. */
function nameOf(key: string): string {
  return /^flags\.(.+)\.(?:state|defaultVariant|enabled)$/.exec(key)?.[1] ?? key;
}

function switched(value: string | null): boolean | null {
  if (value === null) return null;
  if (/^(on|true|enabled)$/i.test(value)) return true;
  return /^(off|false|disabled)$/i.test(value) ? false : null;
}

/** A name that comes from outside may be none that can be switched. */
function actionOn(
  flag: string,
  environment: string | null,
  tool: 'flag.disable' | 'flag.enable',
): Action | null {
  try {
    return parseAction({ tool, arguments: { flag, ...(environment === null ? {} : { environment }) } });
  } catch {
    return null;
  }
}
