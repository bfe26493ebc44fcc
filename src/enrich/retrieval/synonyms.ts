import { stem } from './stem.ts';

/**
 * Words of the field that stand for one another in alerts and runbooks, a group a line. Only what holds in
 * most organisations belongs here; what one organisation calls its things is in its own documents.
 */
const GROUPS = `
error err failure fail failed broken
oom killed memory
memory mem ram heap
latency slow duration delay lag response
lag behind backlog delay stale
disk storage volume filesystem space
filesystem fs inode disk mount
persistentvolume pv pvc volume persistentvolumeclaim
full filling exhausted saturated saturation
exhausted exhaustion limit maxed starved
down unavailable unreachable absent disappeared missing offline dead
unreachable disconnected connectivity connection
absent missing disappeared lost no
certificate cert tls ssl x509
expire expiry expiration expiring expired ends
replica replication standby secondary follower
primary leader master
database db postgres postgresql mysql
postgres postgresql pg patroni
kubernetes kube k8s
node host machine server instance
pod container workload
throttling throttled throttle
restart restarting crash crashloop crashlooping crashing loop panic segfault sigsegv
queue backlog pending
consumer subscriber reader
broker kafka
authentication auth login unauthorized authenticate 401
permission denied forbidden 403 rbac
network net interface nic packet
drop dropped loss lost discarded
deployment deploy rollout release
config configuration configmap misconfigured settings
reload reloading
sync synchronise synchronize synchronising synchronizing synced clock ntp
skew drift
cpu processor load
traffic request requests rps qps throughput
5xx 500 502 503 504 errors
4xx 400 404 429
ratelimit throttle 429 quota
backup snapshot dump restore
autoscaler hpa horizontalpodautoscaler autoscaling
statefulset sts
daemonset ds
namespace ns
apiserver api
ready readiness unready notready
corrupt corruption corrupted checksum
high elevated excessive increased above many spike burst
low few below decreased insufficient drop
stuck hanging hung blocked stalled frozen
election leader quorum
wal log journal
ingest ingestion ingesting
scrape scraping target
alertmanager notification
gc garbage collection pause
thread pool connections
dns resolver resolve nameserver
gpu card
`;

const related = relations();

/** The terms that may stand for a term, as `termsOf` gives terms; without itself. */
export function synonymsOf(term: string): readonly string[] {
  return related.get(term) ?? [];
}

function relations(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const line of GROUPS.trim().split('\n')) {
    const group = [...new Set(line.split(' ').map(stem))];
    for (const term of group) {
      const others = found.get(term) ?? new Set<string>();
      for (const other of group) if (other !== term) others.add(other);
      found.set(term, others);
    }
  }
  return new Map([...found].map(([term, others]) => [term, [...others]]));
}
