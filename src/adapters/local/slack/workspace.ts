import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRecordLog } from './record-log.ts';
import type { StoredFile, StoredMessage, StoredView } from './types.ts';

/** What has changed, for whoever shows the workspace. */
export type Change =
  | { kind: 'message'; message: StoredMessage }
  | { kind: 'message-deleted'; message: StoredMessage }
  | { kind: 'modal'; userId: string }
  | { kind: 'home'; userId: string };

/** Messages, files and views of the workspace, kept in `home`, with a feed of changes. */
export interface Workspace {
  /** All messages that `userId` may see, oldest first; without a user only those that everybody sees. */
  messages(userId?: string): StoredMessage[];
  message(ts: string): StoredMessage | undefined;
  /** Replies in the thread that `ts` starts, which everybody sees, oldest first. */
  replies(ts: string): StoredMessage[];
  /** Adds a message under a new unique ts. */
  post(message: Omit<StoredMessage, 'ts'>): StoredMessage;
  replace(message: StoredMessage): void;
  remove(ts: string): void;
  file(id: string): StoredFile | undefined;
  saveFile(file: StoredFile, content?: Uint8Array): void;
  fileContent(id: string): Uint8Array;
  home(userId: string): StoredView | undefined;
  /** The open modals of a person, the topmost last. */
  modals(userId: string): StoredView[];
  view(id: string): StoredView | undefined;
  saveView(view: StoredView): void;
  /** Remembers what a person has entered, without a change that the console would redraw. */
  keepValues(view: StoredView): void;
  removeViews(views: readonly StoredView[]): void;
  subscribe(listener: (change: Change) => void): () => void;
}

/** Opens the workspace kept in directory `home`. `now` gives milliseconds since the epoch. */
export function openWorkspace(home: string, now: () => number): Workspace {
  mkdirSync(join(home, 'files'), { recursive: true, mode: 0o700 });
  const messages = openRecordLog<StoredMessage>(join(home, 'messages.jsonl'));
  const files = openRecordLog<StoredFile>(join(home, 'files.jsonl'));
  const views = openRecordLog<StoredView>(join(home, 'views.jsonl'));
  const ephemeral = new Map<string, StoredMessage>();
  const listeners = new Set<(change: Change) => void>();
  let lastMicros = Math.max(0, ...messages.all().map((message) => toMicros(message.ts)));

  // A record log keeps the order in which keys came, which is the order of their ts.
  const threads = new Map<string, Set<string>>();
  const enterThread = ({ ts, threadTs, visibleTo }: StoredMessage): void => {
    if (threadTs === undefined || visibleTo !== undefined) return;
    const thread = threads.get(threadTs) ?? new Set();
    threads.set(threadTs, thread.add(ts));
  };
  for (const message of messages.all()) enterThread(message);

  const announce = (change: Change): void => {
    for (const listener of listeners) listener(change);
  };
  const nextTs = (): string => {
    lastMicros = Math.max(lastMicros + 1, now() * 1000);
    return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
  };
  const keep = (message: StoredMessage): void => {
    enterThread(message);
    if (message.visibleTo === undefined) messages.set(message.ts, message);
    else ephemeral.set(message.ts, message);
    announce({ kind: 'message', message });
  };
  const contentPath = (id: string): string => join(home, 'files', id.replaceAll(/[^A-Z0-9]/gi, ''));
  const get = (ts: string): StoredMessage | undefined => messages.get(ts) ?? ephemeral.get(ts);
  const viewsOf = (userId: string, type: StoredView['type']): StoredView[] =>
    views.all().filter((view) => view.userId === userId && view.type === type);
  const announceView = ({ type, userId }: StoredView): void =>
    announce({ kind: type === 'home' ? 'home' : 'modal', userId });

  return {
    messages(userId) {
      const own = [...ephemeral.values()].filter((message) => message.visibleTo === userId);
      if (own.length === 0) return messages.all();
      return [...messages.all(), ...own].sort((a, b) => compareTs(a.ts, b.ts));
    },
    message: get,
    replies: (ts) => [...(threads.get(ts) ?? [])].flatMap((reply) => messages.get(reply) ?? []),
    post(message) {
      const stored = { ...message, ts: nextTs() };
      keep(stored);
      return stored;
    },
    replace: keep,
    remove(ts) {
      const message = get(ts);
      if (!message) return;
      if (!ephemeral.delete(ts)) messages.delete(ts);
      if (message.threadTs) threads.get(message.threadTs)?.delete(ts);
      announce({ kind: 'message-deleted', message });
    },
    file: (id) => files.get(id),
    saveFile(file, content) {
      if (content) writeFileSync(contentPath(file.id), content, { mode: 0o600 });
      files.set(file.id, file);
    },
    fileContent: (id) => readFileSync(contentPath(id)),
    home: (userId) => viewsOf(userId, 'home').at(-1),
    modals: (userId) => viewsOf(userId, 'modal').sort((a, b) => a.depth - b.depth),
    view: (id) => views.get(id),
    saveView(view) {
      views.set(view.id, view);
      announceView(view);
    },
    keepValues: (view) => views.set(view.id, view),
    removeViews(removed) {
      for (const view of removed) views.delete(view.id);
      for (const view of removed) announceView(view);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Orders two message timestamps; they are decimal strings that a float cannot hold exactly enough. */
export function compareTs(a: string, b: string): number {
  return toMicros(a) - toMicros(b);
}

function toMicros(ts: string): number {
  const [seconds = '0', fraction = ''] = ts.split('.');
  return Number(seconds) * 1e6 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}
