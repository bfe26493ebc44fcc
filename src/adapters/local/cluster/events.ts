import { randomUUID } from 'node:crypto';
import { timestamp, type ObjectMeta } from './objects.ts';

/** The cluster's events: kept in memory, the newest few hundred, equal ones counted as Kubernetes does. */

const MAX_EVENTS = 500;

type About = { apiVersion: string; kind: string; metadata: ObjectMeta };

export type ClusterEvent = {
  apiVersion: 'v1';
  kind: 'Event';
  metadata: ObjectMeta;
  involvedObject: { apiVersion: string; kind: string; name: string; namespace: string; uid: string };
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  source: { component: string };
};

export type EventLog = {
  record(about: About, type: 'Normal' | 'Warning', reason: string, message: string): void;
  list(): readonly ClusterEvent[];
};

/** An empty event log; `now` gives the time to write on events. */
export function eventLog(now: () => Date): EventLog {
  const events: ClusterEvent[] = [];
  return {
    record(about, type, reason, message) {
      const at = timestamp(now());
      const { name, namespace, uid } = about.metadata;
      const same = events.find(
        (e) => e.involvedObject.uid === uid && e.reason === reason && e.message === message,
      );
      if (same !== undefined) {
        same.count += 1;
        same.lastTimestamp = at;
        return;
      }
      const id = randomUUID();
      events.push({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: {
          name: `${name}.${id.slice(0, 8)}`,
          namespace,
          uid: id,
          resourceVersion: '1',
          creationTimestamp: at,
        },
        involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid },
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: at,
        lastTimestamp: at,
        source: { component: 'sitrep-local-cluster' },
      });
      if (events.length > MAX_EVENTS) events.shift();
    },
    list: () => events,
  };
}
