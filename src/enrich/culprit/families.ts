import { stem } from './terms.ts';

/**
 * Words of one thing, a line each. A symptom and a change of the same family belong together although they share
 * no word. Of the field and of no organisation.
 */
const FAMILIES = `
db database sql mysql mariadb postgres postgresql sqlite query queries select replica replication table tables schema column columns migration migrations alter transaction transactions deadlock index indexes lock locks orm jdbc hibernate repository row rows
connection connections conn pool pools datasource hikari socket close
cache caches caching cached memcached redis varnish cdn ttl purge stale max-age immutable etag
login logout auth authentication authorization oauth session sessions cookie cookies token tokens jwt permission permissions rights acl role roles user users account 401 403 unauthorized forbidden denied sso saml password credentials
dns resolve resolver resolving network proxy egress ingress cidr vpc outside unreachable connectivity reachable netpol policy policies
url urls route routes routing redirect redirects rewrite link links path paths slug 404 404s uri endpoint endpoints
tls ssl https certificate certificates cert certs handshake x509 expired ca cipher
memory oom oomkilled heap leak leaks leaking mem limit limits buffer buffers gc rss swap requests resources
cpu load slow slower slowdown latency performance perf timeout timeouts timed hang hangs stuck deadline throttle concurrency workers threads loop n+1 regression speed
log logs logging logger verbose debug level spam spammy noise stdout logline
metric metrics prometheus alert alerts dashboard grafana telemetry tracing trace analytics tracking stats statistics
css style styles stylesheet layout theme color colour colours colors font fonts padding margin icon icons visual dark
page pages screen screens view views render rendering blank display shown template component ui button menu sidebar header modal dialog form click
image images photo photos picture video videos media svg png upload uploads file files attachment
translation translations i18n locale localisation localization language languages lang string strings message messages
test tests testing ci flaky suite spec coverage jest pytest phpunit workflow pipeline pipelines runner runners
build builds compile compiler compilation linker link gradle maven webpack vite bazel cmake make bundle bundler artifact
version versions upgrade bump dependency dependencies package packages lockfile library vendor module modules import imports require npm yarn pip incompatible
search elastic elasticsearch opensearch lucene indexing results suggestion suggestions
job jobs queue queues cron worker workers scheduler schedule dag dags task tasks kafka consumer event events stream streaming
disk storage volume volumes space backup snapshot bucket s3 mount filesystem pvc file files
cluster clusters kubernetes k8s helm chart pod pods node nodes namespace deployment replicas terraform autoscaler scale quota capacity
mail mails email emails smtp notification notifications notify newsletter sms push
price prices pricing money currency amount amounts invoice invoices billing billed bill payment payments pay charge charged checkout order orders refund tax vat rate rates cent cents
date dates time times timestamp timestamps timezone utc tz day days calendar dst clock hour hours yesterday today
number numbers format formats round rounding decimal precision float int integer unit units count parse parser parsing encoding encode decode utf charset unicode json xml yaml csv serialize deserialize
null nil none undefined optional nullable npe pointer missing default panic panics panicked crash crashes crashed segfault exception exceptions typeerror keyerror attributeerror
duplicate duplicates duplicated twice double retry retries idempotent idempotency again unique
mobile android ios iphone safari browser browsers chrome firefox edge client clients polyfill
windows linux macos mac osx arm arm64 x86 platform posix
security vulnerability cve xss csrf csp cors header headers sanitize escape origin
race lock locks mutex deadlock thread threads concurrent concurrency async await sync atomic
config configuration setting settings option options flag flags feature toggle env environment variable
docs documentation readme changelog comment comments typo
type types typing typescript mypy signature generic interface api apis
legal law gdpr privacy consent personal data minors age tracking
`
  .trim()
  .split('\n')
  .map((line) => new Set(line.split(' ').map(stem)));

const FAMILIES_BY_TERM = new Map<string, number[]>();
FAMILIES.forEach((family, number) => {
  for (const term of family) FAMILIES_BY_TERM.set(term, [...(FAMILIES_BY_TERM.get(term) ?? []), number]);
});

/** The numbers of the families that terms (terms.ts) belong to. */
export function familiesOf(terms: Iterable<string>): Set<number> {
  const families = new Set<number>();
  for (const term of terms) for (const family of FAMILIES_BY_TERM.get(term) ?? []) families.add(family);
  return families;
}
