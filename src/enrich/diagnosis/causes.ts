import type { Remediation } from '../../incident/remediation.ts';

export type CauseName =
  | 'certificate'
  | 'credential'
  | 'provider'
  | 'node'
  | 'primary'
  | 'zone'
  | 'load'
  | 'quota'
  | 'disk'
  | 'memory'
  | 'wedged'
  | 'stuck'
  | 'poison'
  | 'bad data';

/**
 * A kind of trouble that can come about without any change. `explicit` is how much a line of these words alone
 * says so: an expired certificate explains itself, a full heap may well have a commit behind it.
 */
export type Cause = { name: CauseName; words: RegExp; explicit: number; remedy: Remediation; said: string };

export const CAUSES: readonly Cause[] = [
  {
    name: 'certificate',
    words:
      /cert\w{0,20}\b.{0,40}(?:expire|not (?:yet )?valid|out of date)|expired.{0,20}cert|CERT_HAS_EXPIRED|not_?after|PKIX path validation|x509: certificate has|days? (?:until|to) expiry|cert\w{0,40}_expir/i,
    explicit: 0.95,
    remedy: 'rotate-cert',
    said: 'a certificate has expired',
  },
  {
    name: 'credential',
    words:
      /(?:token(?! (?:of|for) (?:session|user|client))|credentials?|api[ _-]?key|secret|password|keytab|service account key|license|signing key|jwks)\b.{0,40}(?:expired|revoked|rotated|no longer valid)|ExpiredToken|expired (?:token|credential|secret|key)|invalid_grant|invalid_client/i,
    explicit: 0.8,
    remedy: 'rotate-cert',
    said: 'a credential has expired or was revoked',
  },
  {
    name: 'provider',
    words:
      /status ?page|third[- ]party|(?:provider|vendor|partner|carrier|acquirer|psp|upstream api|external (?:api|service))\b.{0,60}(?:outage|incident|down|degraded|unavailable|error|5\d\d|time ?d? ?out)|(?:50[0234]|time ?d? ?out|unavailable|refused|degraded|outage).{0,80}(?:provider|vendor|partner|third[- ]party|external)/i,
    explicit: 0.75,
    remedy: 'escalate-upstream',
    said: 'a provider outside is failing',
  },
  {
    name: 'node',
    words:
      /node\w*[ -]?(?:\S+ )?(?:status is now: )?not ?ready|NodeNotReady|(?:disk|memory|pid) ?pressure|kubelet (?:stopped|is not)|hardware error|machine check|\bEDAC\b|uncorrectable|I\/O error|nvme\S*:? .{0,30}(?:error|reset|timeout)|EXT4-fs error|remount\w* .{0,20}read-only|node\S* .{0,40}(?:unreachable|lost|down|fail|cordon|drain)|spot (?:instance )?(?:interrupt|terminat|reclaim)|preempted|cpu steal|noisy neighbou?r|taint\w* .{0,30}unreachable|soft lockup|thermal/i,
    explicit: 0.85,
    remedy: 'reschedule',
    said: 'a node is in trouble',
  },
  {
    name: 'primary',
    words:
      /primary\b.{0,60}(?:down|unreachable|lost|unavailable|not respond|fail|crash|gone|refus)|(?:lost|no) (?:primary|master|leader)|read-only (?:mode|transaction|replica)|READONLY You can't write|not (?:the )?(?:master|leader|primary)|NotLeader|NotWritablePrimary|quorum (?:lost|not)|split[- ]brain|leader (?:lost|election)|the database system is (?:shutting down|in recovery|starting up)|replication (?:broken|stopped)|wal .{0,20}(?:corrupt|PANIC)|failover (?:required|pending|recommended|not triggered)/i,
    explicit: 0.85,
    remedy: 'failover',
    said: 'a primary is gone or refuses writes',
  },
  {
    name: 'zone',
    words:
      /availability zone|\baz-?[a-c1-3]\b|\b(?:us|eu|ap|sa|ca|af|me)-[a-z]+-?\d[a-d]\b.{0,80}(?:unreach|loss|fail|down|time|impair|degrad)|(?:loss|fail|unreach|time ?d? ?out|impair).{0,60}\b(?:us|eu|ap|sa|ca|af|me)-[a-z]+-?\d[a-d]\b|zone\b.{0,50}(?:unreachable|outage|impaired|packet loss|down|degraded)|packet loss|no route to host|network (?:is )?unreachable|link (?:down|flap)|\bBGP\b|region\b.{0,30}(?:outage|impaired|unavailable)/i,
    explicit: 0.8,
    remedy: 'failover',
    said: 'a zone or its network is failing',
  },
  {
    name: 'load',
    words:
      /queue (?:is )?full|overload|load shed|shedding|too many (?:concurrent )?requests|at (?:max|maximum) (?:replicas|capacity)|max(?:imum)? ?replicas|HPA.{0,40}(?:max|limit)|unable to scale|capacity (?:reached|exceeded)|saturat|surge|traffic spike|flash sale|campaign|backpressure|rejected execution|concurrency limit/i,
    explicit: 0.55,
    remedy: 'scale',
    said: 'more load than there is capacity for',
  },
  {
    name: 'quota',
    words:
      /quota|LimitExceeded|ResourceExhausted|insufficient capacity|InsufficientInstanceCapacity|throughput ?exceeded/i,
    explicit: 0.55,
    remedy: 'scale',
    said: 'a quota is used up',
  },
  {
    name: 'disk',
    words:
      /no space left|ENOSPC|disk (?:is )?(?:full|usage|almost)|volume (?:is )?full|filesystem .{0,20}(?:full|9\d ?%)/i,
    explicit: 0.5,
    remedy: 'scale',
    said: 'a disk is full',
  },
  {
    name: 'memory',
    words:
      /out ?of ?memory|OOM|heap (?:space|limit|out)|GC overhead|memory (?:limit|leak)|exit(?:ed)?(?: with)? code:? 137|cannot allocate/i,
    explicit: 0.3,
    remedy: 'restart',
    said: 'memory runs out',
  },
  {
    name: 'wedged',
    words:
      /stale (?:lock|lease|pid|leader|connection|handle)|no progress|wedged|zombie|livelock|lock not released|(?:holds?|holding|held) .{0,30}(?:lock|lease) .{0,40}(?:since|for|dead|gone|expired)|hung (?:for|since|process|worker|thread)|uptime \d+ ?d/i,
    explicit: 0.65,
    remedy: 'restart',
    said: 'a process hangs or holds what it should have let go',
  },
  {
    name: 'stuck',
    words:
      /deadlock|stuck|hung\b|hang(?:s|ing)\b|blocked for|not responding|heartbeat (?:missed|lost|timeout)|stale (?:lock|lease|connection|pid|leader)|lock (?:wait|held|not released)|too many open files|EMFILE|leaked|zombie|livelock|wedged|stall|no progress|CLOSE_WAIT|idle in transaction|rebalanc/i,
    explicit: 0.4,
    remedy: 'restart',
    said: 'a process is stuck',
  },
  {
    name: 'poison',
    words:
      /poison|redeliver|delivery attempt|dead[- ]?letter|(?:re-?try|re-?process|stuck (?:at|on))\w{0,20} .{0,30}(?:same|offset|message|record)|offset \d+.{0,60}(?:fail|retry|skip|stuck|cannot|invalid|unexpected)|(?:fail|cannot|invalid|unexpected|corrupt).{0,60}offset \d+|corrupt(?:ed)? (?:entry|cache|row|record|key|payload|file)/i,
    explicit: 0.75,
    remedy: 'purge-bad-data',
    said: 'one bad message or entry comes back again and again',
  },
  {
    name: 'bad data',
    words:
      /malformed|deseriali[sz]|(?:cannot|could not|failed to|unable to) (?:parse|decode|unmarshal|deserialize)|unparseable|corrupt|schema mismatch|invalid (?:utf-?8|record|row|payload|message|event|byte)|checksum mismatch|unexpected (?:token|null|end of)|bad (?:record|row|data)|duplicate (?:key|rows|entr)/i,
    explicit: 0.4,
    remedy: 'purge-bad-data',
    said: 'data that cannot be processed',
  },
];

/** The kinds of trouble that a text speaks of. */
export function causesIn(text: string): Cause[] {
  return CAUSES.filter((cause) => cause.words.test(text));
}
