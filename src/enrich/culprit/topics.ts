/**
 * What operators talk about in other words than the code does. A symptom and a change of the same topic belong
 * together although they share no word. Whole words, lower case, of the field and of no organisation.
 */
const TOPICS: Record<string, string> = {
  database:
    'db database sql mysql mariadb postgres query queries replica replication table tables schema column migration dbquery transaction deadlock',
  cache: 'cache caches cached caching memcached redis varnish cdn ttl purge stale',
  identity:
    'login auth oauth session sessions cookie cookies token permission permissions rights user 401 403 unauthorized forbidden sso password credentials',
  network:
    'dns hostname resolve resolving resolution proxy route routing connection connect socket unreachable network url endpoint host port 404 cors lb ingress gateway egress',
  tls: 'tls ssl https certificate cert certs handshake x509 expired',
  memory: 'memory oom heap leak limit limits resources requests cpu throttling evicted',
  load: 'load traffic overload latency slow slower timeout timeouts timed performance rate throttle concurrency capacity sampling sample',
  logs: 'log logs logging logstash logger spam spammy spamming notice notices warning warnings deprecated channel monolog verbose',
  metrics:
    'metric metrics prometheus alert alerts alerting alertmanager dashboard grafana rule rules recording scrape graph graphs noisy',
  look: 'css style layout render rendering ui button menu sidebar skin mobile desktop display visible logo image images font theme page',
  language:
    'translation translate translations i18n locale localisation localization language languages message messages',
  tests: 'test tests ci lint build builds jenkins pipeline phpunit pytest flaky coverage workflow compile',
  version:
    'version versions upgrade upgraded bump dependency dependencies incompatible compatibility rollback train update library vendor',
  search: 'search elastic elasticsearch opensearch index indices indexing query completion',
  jobs: 'job jobs queue queues backlog runner cron worker workers kafka consumer events event stream schema',
  storage: 'disk storage volume space backup snapshot bucket s3 mount filesystem pvc',
  cluster:
    'k8s kubernetes helm chart pod pods node nodes namespace crd operator manifest kustomize replicas rbac apiserver terraform',
};

const TOPICS_BY_WORD = new Map<string, string[]>();
for (const [topic, words] of Object.entries(TOPICS)) {
  for (const word of words.split(' ')) TOPICS_BY_WORD.set(word, [...(TOPICS_BY_WORD.get(word) ?? []), topic]);
}

/** The topics that a text's words belong to. */
export function topicsOf(words: Iterable<string>): Set<string> {
  const topics = new Set<string>();
  for (const word of words) for (const topic of TOPICS_BY_WORD.get(word) ?? []) topics.add(topic);
  return topics;
}
