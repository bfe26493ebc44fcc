import type { Severity } from './alert.ts';

/** A group of alerts that people handle as one. */
export type Incident = {
  id: number;
  state: IncidentState;
  title: string;
  /** The service of the first alert; null where no label named one. */
  service: string | null;
  /** Every service that has an alert in this incident. */
  services: string[];
  severity: Severity;
  openedAt: Date;
  lastAlertAt: Date;
  resolvedAt: Date | null;
};

export type IncidentState =
  'open' | 'triaging' | 'awaiting' | 'mitigating' | 'monitoring' | 'resolved' | 'closed';

/** Which state may follow which. Every state but `closed` may fall back to `open` when alerts fire again. */
const successors = {
  open: ['triaging', 'monitoring', 'closed'],
  triaging: ['awaiting', 'monitoring', 'open', 'closed'],
  awaiting: ['mitigating', 'monitoring', 'open', 'closed'],
  mitigating: ['monitoring', 'awaiting', 'open', 'closed'],
  monitoring: ['resolved', 'awaiting', 'mitigating', 'open', 'closed'],
  resolved: ['closed', 'open'],
  closed: [],
} as const satisfies Record<IncidentState, readonly IncidentState[]>;

/** Whether an incident may go from one state straight to another. */
export function mayMove(from: IncidentState, to: IncidentState): boolean {
  return (successors[from] as readonly IncidentState[]).includes(to);
}

/** The states in which new alerts may join. */
export function isOngoing(state: IncidentState): boolean {
  return state !== 'resolved' && state !== 'closed';
}

/** How people call it: INC-12. */
export function incidentName(id: number): string {
  return `INC-${id}`;
}

/** The number in `INC-12` or `12`; null for anything else. */
export function parseIncidentName(text: string): number | null {
  const match = /^(?:INC-)?(\d{1,9})$/i.exec(text.trim());
  return match ? Number(match[1]) : null;
}
