import type { Group } from './decision.ts';
import type { Features } from './features.ts';

/** An alert that has been seen, with what was known of it at that moment. */
export type Member = {
  id: number;
  name: string;
  features: Features;
  /** Its words without the rule's own wording: what it is about. */
  about: readonly string[];
  /** The commonest of them, null where it has none: roughly where in the system it is. */
  home: string | null;
  at: number;
  endedAt: number | null;
  news: number;
};

/** What a new alert is compared with: an open group, or a single alert of the last minutes. */
export type Neighbour = {
  /** When each was last seen there. */
  keys: Map<string, number>;
  rules: Map<string, number>;
  services: Map<string, number>;
  words: Map<string, number>;
  homes: Set<string>;
  /** How many of its alerts that say this word still fire. */
  firing: Map<string, number>;
  openedAt: number;
  /** When the last alert came that it had not had before. */
  newsAt: number;
  /** When the last alert came at all. */
  lastAt: number;
};

/** An incident that alerts may still join. */
export type OpenGroup = Group &
  Neighbour & {
    /** Members that still fire, and among them those that were new to it: they keep it going. */
    open: Map<number, { member: Member; isNews: boolean }>;
    newsOpen: number;
    /** When the last of those ended. */
    newsEndedAt: number;
    /** When the caller said that the incident is over. */
    endedAt: number | null;
  };

export function emptyGroup(incidentId: number | null, at: number): OpenGroup {
  return {
    incidentId,
    keys: new Map(),
    rules: new Map(),
    services: new Map(),
    words: new Map(),
    homes: new Set(),
    firing: new Map(),
    openedAt: at,
    newsAt: at,
    lastAt: at,
    open: new Map(),
    newsOpen: 0,
    newsEndedAt: at,
    endedAt: null,
  };
}

/** The alert by itself, to compare another one with. */
export function alone(member: Member): Neighbour {
  const group = emptyGroup(null, member.at);
  addTo(group, member);
  return group;
}

/** Words that are kept of a group; one that names more than this is compared by its first ones. */
const WORDS = 2000;

export function addTo(group: OpenGroup, member: Member): void {
  const { features, at } = member;
  // A repeat does not keep an incident going.
  const isNews = !group.keys.has(features.key);
  latest(group.keys, features.key, at);
  latest(group.rules, features.rule, at);
  if (features.service) latest(group.services, features.service, at);
  for (const word of member.about) {
    if (group.words.size < WORDS || group.words.has(word)) latest(group.words, word, at);
  }
  if (member.home) group.homes.add(member.home);
  group.openedAt = Math.min(group.openedAt, at);
  group.lastAt = Math.max(group.lastAt, at);
  if (isNews) group.newsAt = Math.max(group.newsAt, at);
  if (member.endedAt === null) {
    group.open.set(member.id, { member, isNews });
    if (isNews) group.newsOpen += 1;
    for (const word of member.about) group.firing.set(word, (group.firing.get(word) ?? 0) + 1);
  } else if (isNews) group.newsEndedAt = Math.max(group.newsEndedAt, member.endedAt);
}

/** Its own end must be written into the member before. */
export function endIn(group: OpenGroup, id: number, at: number): void {
  const one = group.open.get(id);
  if (!one) return;
  group.open.delete(id);
  for (const word of one.member.about) {
    const left = (group.firing.get(word) ?? 1) - 1;
    if (left > 0) group.firing.set(word, left);
    else group.firing.delete(word);
  }
  if (!one.isNews) return;
  group.newsOpen -= 1;
  group.newsEndedAt = Math.max(group.newsEndedAt, at);
}

/** Whether alerts may still join: something of it fires, or its last news is at most `windowMs` old. */
export function isLive(group: OpenGroup, now: number, windowMs: number): boolean {
  if (group.endedAt !== null) return false;
  return group.newsOpen > 0 || now - Math.max(group.newsAt, group.newsEndedAt) <= windowMs;
}

function latest(times: Map<string, number>, key: string, at: number): void {
  times.set(key, Math.max(at, times.get(key) ?? at));
}
