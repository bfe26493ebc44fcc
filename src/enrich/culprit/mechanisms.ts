import type { Change } from './change.ts';
import { changedLines } from './diff.ts';
import { rarity } from './rarity.ts';

/**
 * What is seen, and what a change that brings it often touches: slowness and the number of workers, logins and
 * cookies, a bill and the log level. General knowledge of the trade, of no organisation; lower case, words split.
 */
const MECHANISMS: readonly (readonly [seen: RegExp, touched: RegExp])[] = [
  [
    /\b(slow|slower|slowly|latency|time[sd]?[ -]?outs?|timeout|deadline|hangs?|hanging|stuck|freez\w*|frozen|takes \d+|never finish\w*|cpu|load|performance|perf)\b/,
    /\b(timeouts?|deadline|retr(y|ies)|pool\w*|loops?|for|foreach|map|query|queries|select|join|index\w*|concurren\w*|workers?|threads?|batch\w*|sync\w*|cache\w*|limits?|sleep|wait\w*|fetch\w*|lazy|eager)\b/,
  ],
  [
    /\b(memory|oom\w*|heap|leak\w*|evicted|killed|rss|swap)\b/,
    /\b(memory|mem|heap|limits?|requests|buffer\w*|cache\w*|batch\w*|window\w*|stream\w*|read|readall|load\w*|xmx|pool\w*|resources|size|workers?|chunk\w*|all)\b/,
  ],
  [
    /\b(404s?|not found|dead links?|broken links?|410)\b/,
    /\b(routes?|router|routing|urls?|paths?|redirect\w*|slugs?|rewrit\w*|links?|rename\w*|mov(e|ed)|remov\w*|delet\w*|base|prefix|static)\b/,
  ],
  [
    /\b(413|too large|uploads?|body size|payload)\b/,
    /\b(body|size|max\w*|limits?|uploads?|ingress|proxy|nginx|gateway|buffer\w*|multipart)\b/,
  ],
  [
    /\b(blank|white (page|screen)|does(n't| not) load|won't load|block(er|ed)|not loading|crash\w* on start)\b/,
    /\b(import|script|csp|bundle\w*|chunk\w*|cdn|main|index|entry|track\w*|analytics|defer|async|await|hydrat\w*|init\w*|render\w*|polyfill\w*|https)\b/,
  ],
  [
    /\b(ssr|hydrat\w*|window is not|document is not|is not defined|server[- ]side)\b/,
    /\b(window|document|localstorage|sessionstorage|navigator|ssr|hydrat\w*|browser)\b/,
  ],
  [
    /\b(migration|migrat\w*|locked|locks?|locking|blocked|ddl)\b/,
    /\b(alter|migrations?|not null|index|locks?|update|schema|backfill|column|constraint|db|sql|concurrently|cancel\w*|interrupt\w*)\b/,
  ],
  [
    /\b(login|log ?in|logged out|log ?out|sign ?in|auth\w*|401|403|forbidden|unauthori[sz]ed|permission\w*|denied|access)\b/,
    /\b(tokens?|sessions?|cookies?|auth\w*|jwt|secrets?|keys?|roles?|rbac|permissions?|samesite|domain|csrf|expir\w*|sso|oauth|oidc|saml|acl|policy|users?)\b/,
  ],
  [
    /\b(twice|double|doubled|duplicat\w*|repeated\w*|again and again|multiple times|infinite)\b/,
    /\b(retr(y|ies)|idempoten\w*|unique|incremental|merge|append\w*|queue\w*|resubmit|resend|useeffect|loop\w*|listeners?|dedup\w*|insert|upsert|again|hook)\b/,
  ],
  [
    /\b(lost|losing|vanish\w*|disappear\w*|missing|gone|empty|dropped|deleted|wiped)\b/,
    /\b(delet\w*|clear\w*|remov\w*|truncate|purge|ttl|expir\w*|async|optimistic|void|drop\w*|cache\w*|filter\w*|prune|retention|overwrite|queue\w*|sequence|skip\w*)\b/,
  ],
  [
    /\b(null|nil|undefined|none|npe|nullpointer\w*|panics?|segfaults?|crash\w*|exceptions?|keyerror|typeerror|attributeerror|indexerror|valueerror)\b/,
    /\b(optional|null|nil|none|default\w*|unwrap|get\w*|remov\w*|rename\w*|check\w*|if|nullable|required|assert|cast|index)\b/,
  ],
  [
    /\b(stale|outdated|old version|hard refresh|refresh|cached|not updated|out of date)\b/,
    /\b(cache\w*|ttl|max-age|immutable|etag|cdn|swr|memo\w*|static|expires|hash|service.?worker)\b/,
  ],
  [
    /\b(pars(e|es|ing|er)|decod\w*|encod\w*|charset|garbled|mojibake|umlauts?|deserial\w*|malformed|invalid json|format\w*|choke\w*|clients?)\b/,
    /\b(json|format\w*|encod\w*|decod\w*|charset\w*|utf-?\d*|schema|serial\w*|rename\w*|proto\w*|layout|rfc\w*|xml|yaml|csv|timestamps?|version|field|bytes)\b/,
  ],
  [
    /\b(resolv\w*|dns|unreachable|connect\w*|refused|network|outside|egress|no route)\b/,
    /\b(egress|ingress|polic(y|ies)|networkpolicy|dns|coredns|firewall|cidr|hosts?|ports?|proxy|routes?|vpc|security ?group|deny|mesh|tls|subnet|resolver|endpoint)\b/,
  ],
  [
    /\b(connection pool|pool|too many connections|connections?|conns?|exhaust\w*|running dry|not available|starv\w*)\b/,
    /\b(pool\w*|close|transaction\w*|conn\w*|rows|defer|max\w*|stream\w*|timeout|open|session|jdbc|hikari|release|await|wait\w*)\b/,
  ],
  [
    /\b(cert\w*|tls|ssl|handshake|x509|https)\b/,
    /\b(cert\w*|tls|ssl|ca|cipher\w*|https|verify|acme|letsencrypt|issuer|trust\w*)\b/,
  ],
  [
    /\b(builds?|compil\w*|ci|tests?|lint\w*|linker|flaky|red|workflow)\b/,
    /\b(builds?|ci|tests?|lint\w*|workflows?|gradle|maven|cmake|makefile|bazel|version\w*|bump\w*|upgrade|types?|imports?|docker\w*|compiler|flags?|runner|jobs?|specs?)\b/,
  ],
  [
    /\b(compatib\w*|incompatib\w*|windows|mac(os)?|linux|arm\w*|old(er)? (clients?|versions?|browsers?|devices?|printers?)|node \d+|python ?\d)\b/,
    /\b(versions?|bump\w*|upgrade\w*|engines?|target|polyfill\w*|platform|minimum|support|api|encoding|everywhere|format\w*|drop\w*)\b/,
  ],
  [
    /\b(bills?|costs?|invoice|budget|expensive|through the roof|spend\w*|money)\b/,
    /\b(debug|logs?|log-level|level|verbose|retention|replicas?|sizes?|min\w*|scal\w*|sampling|storage|tier|trace\w*|retr(y|ies)|pool)\b/,
  ],
  [
    /\b(wrong|off by|too (big|small|high|low)|incorrect|miscalculat\w*|amounts?|prices?|tax\w*|vat|totals?|rounding|times too)\b/,
    /\b(round\w*|float|int|decimal|units?|convert\w*|rates?|tax\w*|vat|prices?|currency|lookup|scale|precision|offset|datum|default|factor|area|age\w*|percent)\b/,
  ],
  [
    /\b(dates?|yesterday\w*|today|tomorrow|time ?zones?|hour (off|early|late)|clock|dst|utc)\b/,
    /\b(utc|time ?zones?|tz\w*|dates?|timestamps?|now|localtime|dst|day|clock|moment|luxon|zoneinfo)\b/,
  ],
  [
    /\b(scale|scaling|quota|pending|capacity|evict\w*|unschedulable|oomkilled|overload\w*)\b/,
    /\b(nodes?|pool|min|max|replicas?|quota|requests|limits|size|resources|autoscal\w*|hpa|vpa|instance|machine)\b/,
  ],
  [
    /\b(race|deadlock\w*|concurren\w*|state lock|held|contention|lag|lagging|keep up)\b/,
    /\b(cancel\w*|locks?|concurren\w*|parallel\w*|async|mutex|interrupt\w*|threads?|transaction\w*|workers?|batch\w*|bulk|backfill|writes?)\b/,
  ],
  [
    /\b(spam\w*|noise|noisy|flood\w*|log ?lines?|notices?|warnings?|pag(ed|ing))\b/,
    /\b(logs?|logger|level|debug|info|notice|warn\w*|alerts?|thresholds?|expr|for|monolog|channel)\b/,
  ],
  [
    /\b(ban(ned)?|blocked our|rate.?limit\w*|hammer\w*|429|too many requests|throttl\w*|ddos)\b/,
    /\b(retr(y|ies)|backoff|rate|interval|poll\w*|parallel\w*|batch\w*|concurren\w*|cron|throttl\w*|schedule\w*|limit\w*)\b/,
  ],
  [
    /\b(legal|gdpr|privacy|minors?|consent|compliance|auditors?|lawyers?|personal data|pii)\b/,
    /\b(consent|track\w*|analytics|age|personal|emails?|cookies?|privacy|public|pii|messages?|rules?|sequence|retention|export|profile|members?)\b/,
  ],
  [
    /\b(looks?|overlap\w*|unreadable|layout|button|disabled|styles?|styling|css|scroll\w*|modal|menu|font|contrast|dark)\b/,
    /\b(css|scss|style\w*|z-index|flex|grid|colou?rs?|theme|font\w*|margin|padding|disabled|form|button|overflow|position|component|html|valid\w*)\b/,
  ],
  [
    /\b(safari|ios|firefox|chrome|edge|android|browsers?|mobile)\b/,
    /\b(polyfill\w*|target|css|native|browserslist|esbuild|babel|user-agent|matches|viewport|touch|webkit|dialog|form)\b/,
  ],
  [
    /\b(disk|no space|space left|full|inodes?|volume)\b/,
    /\b(logs?|retention|backup\w*|cache\w*|volume\w*|tmp|size|compress\w*|rotat\w*|storage\w*|pvc)\b/,
  ],
  [
    /\b(start|starts|startup|boot\w*|scheduler|won't come up|crash ?loop\w*|dies)\b/,
    /\b(import\w*|config\w*|modules?|env|init\w*|require\w*|entrypoint|dags?|probe|liveness|secret|globals|image|port)\b/,
  ],
  [
    /\b(does not exist|doesn't exist|no such|class not found|class '?[\w\\]+'? not found|undefined (method|function|index|variable)|unknown (column|option|key)|cannot find|can't find|not installed|module)\b/,
    /\b(rename\w*|remov\w*|drop\w*|mov(e|ed)|upgrade\w*|version\w*|imports?|class|column|autoload|extension|image|add|backend|default)\b/,
  ],
  [
    /\b(lazy\w*|lazyinit\w*|detached|session closed|select per row|n\+1|per row|queries)\b/,
    /\b(lazy|fetch\w*|open-in-view|session|transaction\w*|eager|join|mapper|get\w+\(\)\.get|relation\w*|entity|dto|resolver)\b/,
  ],
];

const MOST_LINES = 300;
const MOST_PATHS = 20;
const MOST_OF_A_LINE = 300;
/** So many different words of a mechanism in subject and paths are all that can be asked. */
const ENOUGH_WORDS = 3;

/**
 * How much each change touches what brings such symptoms: in its subject and paths, and in its changed lines by
 * their share. A mechanism that every change of the case touches counts little.
 */
export function mechanismsOf(symptom: string, changes: readonly Change[]): number[] {
  const seen = split(symptom);
  const touched = MECHANISMS.filter(([sign]) => sign.test(seen)).map(([, what]) => new RegExp(what, 'g'));
  const heads = changes.map(({ subject, paths }) =>
    split([subject, ...paths.slice(0, MOST_PATHS)].join('\n')),
  );
  const lines = changes.map(({ diff }) =>
    changedLines(diff, MOST_LINES).map((line) => split(line.slice(0, MOST_OF_A_LINE))),
  );
  const scores = changes.map(() => 0);
  for (const what of touched) {
    const said = heads.map((head) => Math.min(1, new Set(head.match(what)).size / ENOUGH_WORDS));
    const done = lines.map(
      (own) => own.filter((line) => line.search(what) >= 0).length / Math.max(1, own.length),
    );
    for (const shares of [said, done]) {
      const weight = rarity(shares.filter((share) => share > 0).length, changes.length);
      shares.forEach((share, place) => (scores[place] = (scores[place] ?? 0) + weight * Math.sqrt(share)));
    }
  }
  return scores.map((score) => score / Math.sqrt(touched.length || 1));
}

/** Lower case, with identifiers as they are and split. */
function split(text: string): string {
  const parts = text.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll('_', ' ');
  return `${text} ${parts}`.toLowerCase();
}
