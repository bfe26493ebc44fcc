import { audit } from './properties/audit.ts';
import { authenticity } from './properties/authenticity.ts';
import { consent } from './properties/consent.ts';
import { crash } from './properties/crash.ts';
import { killSwitch } from './properties/kill-switch.ts';
import { mediation } from './properties/mediation.ts';
import { outbound } from './properties/outbound.ts';
import { pinnedTools } from './properties/pinned-tools.ts';
import { plans } from './properties/plans.ts';
import { rendering } from './properties/rendering.ts';
import { twoPerson } from './properties/two-person.ts';
import { verification } from './properties/verification.ts';
import type { Property } from './support/property.ts';

/** What Sitrep claims of itself, the longest to examine first. */
export const PROPERTIES: readonly Property[] = [
  mediation,
  crash,
  consent,
  killSwitch,
  plans,
  rendering,
  authenticity,
  audit,
  twoPerson,
  pinnedTools,
  outbound,
  verification,
];
