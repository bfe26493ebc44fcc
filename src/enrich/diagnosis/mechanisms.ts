/**
 * How trouble looks from outside, and what in a change makes it: the field's common knowledge that words alone do
 * not share. `change` is looked for in changed lines, paths and the subject.
 */
export type Mechanism = { name: string; symptom: RegExp; change: RegExp };

export const MECHANISMS: readonly Mechanism[] = [
  {
    name: 'connection pool',
    symptom:
      /pool\b|too many connections|connection slots|acquir\w+ (?:a )?connection|max_?(?:client_?)?conn|hikari|idle in transaction|connections?_(?:active|in_use|waiting)/i,
    change: /pool|max_?conn|maxconnections|hikari|pgbouncer|acquire|release\(|\.close\(|num_?connections/i,
  },
  {
    name: 'time limit',
    symptom: /time ?d? ?out|deadline|canceled|ETIMEDOUT|context deadline/i,
    change: /time_?out|deadline|_ms\b|keep_?alive/i,
  },
  {
    name: 'retries',
    symptom: /retr(?:y|ies)|storm|circuit|thundering|amplif/i,
    change: /retr(?:y|ies)|backoff|max_?attempts|circuit/i,
  },
  {
    name: 'memory',
    symptom: /oom|out ?of ?memory|heap|memory|\brss\b|gc (?:pause|overhead|time)|exit code:? 137/i,
    change:
      /cache|buffer|memory|heap|xmx|unbounded|evict|max_?size|readall|\.push\(|append\(|leak|listener|limits?:|preload|\bload_?all|in-memory|\.set\(/i,
  },
  {
    name: 'database',
    symptom:
      /slow query|seq(?:uential)? scan|lock (?:wait|timeout)|deadlock|relation .{0,200} does not exist|(?:unknown )?column|statement timeout|sql|constraint|full table scan|db_|query/i,
    change:
      /\bselect\b|\bindex\b|\bjoin\b|migrat|alter table|drop |column|\.sql\b|query|\bwhere\b|for update|transaction|findall|find_by|order by/i,
  },
  {
    name: 'missing value',
    symptom:
      /null ?pointer|nil pointer|nonetype|undefined|cannot read propert|keyerror|attributeerror|typeerror|null value|is not a function|panic: |index out of (?:range|bounds)|unwrap/i,
    change: /\?\.|\bnull\b|\bnil\b|\bnone\b|undefined|optional|unwrap\(|\.get\(|\[0\]|\[['"]|!\./i,
  },
  {
    name: 'format',
    symptom:
      /pars(?:e|ing)|deseriali[sz]|decode|unmarshal|schema|malformed|unexpected (?:token|field|type)|invalid (?:format|json|payload|date)|unknown field|missing (?:required )?field|validation/i,
    change:
      /pars(?:e|er)\b|seriali[sz]|decode|encode|unmarshal|schema|json|proto|avro|format|field|valid(?:at|ator)|rename/i,
  },
  {
    name: 'access',
    symptom:
      /\b40[13]\b|unauthori[sz]ed|forbidden|permission denied|access ?denied|not authori[sz]ed|invalid (?:token|signature|audience|issuer)|jwt/i,
    change:
      /auth|token|jwt|\biam\b|role|polic(?:y|ies)|scope|secret|permission|rbac|audience|issuer|credential/i,
  },
  {
    name: 'address',
    symptom:
      /no such host|nxdomain|enotfound|getaddrinfo|name resolution|refused|unreachable|servfail|404 not found|no route/i,
    change:
      /\bhost|url|endpoint|addr|\bport\b|dns|\.svc\b|networkpolicy|ingress|egress|route|base_?path|ndots/i,
  },
  {
    name: 'encryption',
    symptom: /tls|ssl|x509|certificate|handshake|cipher/i,
    change: /tls|ssl|cert|cipher|ca[-_]?bundle|truststore|handshake|verify/i,
  },
  {
    name: 'processor',
    symptom: /cpu|throttl|event loop|blocked for|backtrack|hot ?loop|load average/i,
    change:
      /regexp?|re\.compile|pattern|\bfor\b.*\bfor\b|nested|sort|compress|gzip|bcrypt|argon|cost|rounds|hash|sync\(|cpu|limits?:|while|recurs|o\(n/i,
  },
  {
    name: 'disk',
    symptom: /no space|disk|enospc|inode|volume/i,
    change: /log_?level|debug|trace|retention|dump|tmp|temp|\.log\b|rotate|verbose|ttl|cleanup|archive/i,
  },
  {
    name: 'queue',
    symptom: /lag|backlog|queue|unacked|consumer|offset|dead[- ]?letter|rebalanc|poll interval/i,
    change:
      /consum|prefetch|batch|partition|worker|concurren|\back\b|poll|queue|topic|offset|publish|producer/i,
  },
  {
    name: 'rate limit',
    symptom: /\b429\b|rate.?limit|throttl|too many requests|quota/i,
    change: /rate|limit|burst|batch|parallel|concurren|poll|interval|per_?second|fan.?out|promise\.all/i,
  },
  {
    name: 'cache',
    symptom: /cache|hit (?:rate|ratio)|miss(?:es)?\b|evict|stale|stampede/i,
    change: /cache|ttl|redis|memo|key_?prefix|expire|evict|memcache/i,
  },
  {
    name: 'clock',
    symptom: /clock|time ?zone|\bdst\b|skew|not yet valid|in the future/i,
    change: /time ?zone|\butc\b|\btz\b|date|clock|offset|now\(/i,
  },
  {
    name: 'start',
    symptom:
      /crashloop|imagepull|errimage|exec format|readiness|liveness|probe|missing (?:required )?(?:env|config|setting)|required (?:env|config|setting|key)|failed to start|no such file|module not found|cannot find module|ClassNotFound|NoSuchMethod|undefined symbol|unknown (?:flag|option)/i,
    change:
      /dockerfile|\benv\b|image|entrypoint|chart|values|probe|readiness|liveness|requirements|package\.json|go\.mod|pom\.xml|build\.gradle|\bbump\b|upgrade|config|import/i,
  },
  {
    name: 'locking',
    symptom: /deadlock|lock|contention|mutex|blocked|waiting for/i,
    change: /lock|mutex|synchroni[sz]ed|for update|semaphore|transaction|isolation|serializable/i,
  },
  {
    name: 'capacity',
    symptom: /overload|saturat|replicas|capacity|unschedulable|insufficient (?:cpu|memory)|rejected/i,
    change: /replicas|max_?replicas|hpa|autoscal|limits?:|requests:|instances|workers|threads|min_?replicas/i,
  },
  {
    name: 'amount',
    symptom: /total|price|amount|negative|rounding|mismatch|wrong|inconsisten|duplicate|double/i,
    change: /round|float|decimal|cents|total|price|amount|currency|idempot|dedup|unique/i,
  },
];
