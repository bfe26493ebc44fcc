import { canonicalJson } from '../incident/canonical.ts';
import { consentDigest, type Proposal } from '../incident/proposal.ts';
import { messageOf } from '../incident/text.ts';
import { bind } from './catalogue.ts';
import type { World } from './world.ts';

/**
 * Why an approved action must not be sent, looked at just before: its bytes, its tool, its target as it is now, and once
 * more its dry run. Null where nothing speaks against it.
 */
export async function whyNotSend(proposal: Proposal, world: World): Promise<string | null> {
  const altered = whyAltered(proposal);
  if (altered !== null) return altered;
  const { consent } = proposal;
  const tool = bind(proposal.action);
  try {
    const now = await tool.observe(world);
    if (now.identity !== consent.target.identity || now.observedVersion !== consent.target.observedVersion)
      return `stale: ${consent.target.identity} was at ${consent.target.observedVersion} and is now ${now.identity} at ${now.observedVersion}`;
  } catch (error) {
    return `its target could not be looked at: ${messageOf(error)}`;
  }
  return whyDryRunFails(proposal, world);
}

/** Why its bytes, or the tool that they name, are not what was approved; null where they are. */
export function whyAltered(proposal: Proposal): string | null {
  const { consent } = proposal;
  if (consentDigest(consent) !== proposal.digest) return 'its bytes are not the ones that were approved';
  if (
    canonicalJson([consent.tool, consent.arguments]) !==
    canonicalJson([proposal.action.tool, proposal.action.arguments])
  ) {
    return 'its action is not the one that was approved';
  }
  // Only what is as it was approved is known to be an action of the catalogue at all.
  const tool = bind(proposal.action);
  if (consent.toolVersion !== tool.version || consent.schemaHash !== tool.schemaHash) {
    return 'the tool has changed since the approval; ask for a fresh proposal';
  }
  return null;
}

/** Prepares it once more, now with the credential that writes: what the server would refuse is not sent. */
async function whyDryRunFails({ action, consent }: Proposal, world: World): Promise<string | null> {
  const { service, blastRadius } = consent.asked;
  const dependants = blastRadius.services.filter((other) => other !== service);
  try {
    await bind(action).prepare(world, { service, dependants });
    return null;
  } catch (error) {
    return `its dry run failed: ${messageOf(error)}`;
  }
}
