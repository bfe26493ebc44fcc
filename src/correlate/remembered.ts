import type { Fired } from './background.ts';
import type { Group } from './decision.ts';

export const MINUTE = 60_000;

/** An alert while it is remembered. */
export type One = Fired & {
  id: number;
  service: string | null;
  label: string;
  key: string;
  endedAt: number | null;
  group: Open | null;
  /** How probably it is part of a fault and not of the background. */
  sure: number;
  learnt: boolean;
  checkedMin: number;
};

/** An incident that may take alerts up. */
export type Open = Group & {
  members: number;
  evidence: number;
  /** How much its alerts together speak for a fault. */
  weight: number;
  strong: boolean;
  /** What is about to be compared with: the last alerts that were evidence. */
  recent: One[];
  targets: Set<string>;
  services: Set<string>;
  openedAt: number;
  lastAt: number;
  firing: Set<number>;
  /** Alerts that were evidence and still fire. */
  alive: Set<number>;
  calmSince: number;
  /** When the caller said that it is over; then only what has fired in it brings it back. */
  over: number | null;
  title: string;
  /** Source and fingerprint of what has fired in it. */
  keys: Set<string>;
};

export function newOpen(one: One): Open {
  return {
    incidentId: null,
    members: 0,
    evidence: 0,
    weight: 0,
    strong: false,
    recent: [],
    targets: new Set(),
    services: new Set(),
    openedAt: one.at,
    lastAt: one.at,
    firing: new Set(),
    alive: new Set(),
    calmSince: one.at,
    over: null,
    title: one.label,
    keys: new Set(),
  };
}

/** From milliseconds. */
export function mins(ms: number): number {
  return ms / MINUTE;
}
