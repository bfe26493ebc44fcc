import type { Random } from './random.ts';

/** What a rule watches; an alert of it is about one of those. */
export type Scope = 'pod' | 'service' | 'node' | 'platform';

export type Rule = {
  name: string;
  scope: Scope;
  severity: 'critical' | 'warning' | 'info';
  text: string;
  /** What kind of trouble it shows, so that a fault raises fitting ones. */
  shows: 'cpu' | 'memory' | 'network' | 'disk' | 'crash' | 'slow' | 'errors' | 'machine' | 'other';
};

export type Pod = { name: string; service: string; node: string };

/** A made-up system that alerts come from. */
export type System = {
  services: { name: string; dependsOn: string[] }[];
  pods: Pod[];
  nodes: string[];
  rules: Rule[];
};

const SERVICES =
  'gateway web mobile-api checkout cart catalog search pricing stock orders billing ledger mail sms users sessions profile reviews ads media thumbs geo routing fleet payout fraud audit export import reports'.split(
    ' ',
  );

const rule = (
  name: string,
  scope: Scope,
  severity: Rule['severity'],
  shows: Rule['shows'],
  text: string,
): Rule => ({ name, scope, severity, shows, text });

const RULES: Rule[] = [
  rule('ContainerCpuThrottled', 'pod', 'warning', 'cpu', 'CPU of container is throttled'),
  rule('PodCpuAboveUsual', 'pod', 'warning', 'cpu', 'Pod burns more CPU than it usually does'),
  rule('PodMemoryAboveUsual', 'pod', 'warning', 'memory', 'Pod takes more memory than it usually does'),
  rule('ContainerOutOfMemory', 'pod', 'critical', 'memory', 'Container was ended for lack of memory'),
  rule('PodNetworkInAboveUsual', 'pod', 'warning', 'network', 'Pod receives more than it usually does'),
  rule('PodNetworkOutAboveUsual', 'pod', 'warning', 'network', 'Pod sends more than it usually does'),
  rule('PodRetransmits', 'pod', 'warning', 'network', 'TCP segments of pod are sent again'),
  rule('PodRestarts', 'pod', 'critical', 'crash', 'Pod restarts again and again'),
  rule('PodNotReady', 'pod', 'critical', 'crash', 'Pod does not become ready'),
  rule('PodDiskWritesHigh', 'pod', 'warning', 'disk', 'Pod writes much to its disk'),
  rule('VolumeFillingUp', 'pod', 'critical', 'disk', 'Volume will be full soon'),
  rule('RequestsSlowP90', 'service', 'warning', 'slow', 'Requests are answered slowly (p90)'),
  rule('RequestsSlowP99', 'service', 'critical', 'slow', 'Requests are answered slowly (p99)'),
  rule('CallsSlow', 'service', 'warning', 'slow', 'Calls to other services take long'),
  rule('RequestsFail', 'service', 'critical', 'errors', 'Requests fail'),
  rule('CallsFail', 'service', 'warning', 'errors', 'Calls to other services fail'),
  rule('TrafficDropped', 'service', 'warning', 'errors', 'Fewer requests than usual come in'),
  rule('NodeLoadHigh', 'node', 'warning', 'machine', 'Load of node is high'),
  rule('NodeDiskPressure', 'node', 'warning', 'machine', 'Disk of node fills up'),
  rule('NodeUnreachable', 'node', 'critical', 'machine', 'Node cannot be reached'),
  rule('BackupLate', 'platform', 'info', 'other', 'Backup has not ended in time'),
  rule('CertificateEndsSoon', 'platform', 'info', 'other', 'A certificate ends soon'),
  rule('QueueGrows', 'platform', 'warning', 'other', 'A queue grows'),
  rule('ScrapeSlow', 'platform', 'info', 'other', 'Measuring takes long'),
];

/** Services in layers, each depending on some of the layers below; pods of them spread over nodes. */
export function makeSystem(random: Random, size: { services: number; nodes: number; pods: number }): System {
  const names = SERVICES.slice(0, size.services);
  const layers = Math.max(2, Math.ceil(Math.sqrt(names.length)));
  const layerOf = (index: number) => Math.floor((index * layers) / names.length);
  const nodes = Array.from({ length: size.nodes }, (_, index) => `node-${index + 1}`);
  return {
    services: names.map((name, index) => {
      const below = names.filter((_, other) => {
        const steps = layerOf(other) - layerOf(index);
        return steps > 0 && steps <= 2;
      });
      return { name, dependsOn: random.some(below, random.int(1, 3)) };
    }),
    pods: names.flatMap((service) =>
      Array.from({ length: random.int(1, size.pods) }, () => ({
        name: `${service}-${hex(random, 9)}-${hex(random, 5)}`,
        service,
        node: random.pick(nodes),
      })),
    ),
    nodes,
    rules: RULES,
  };
}

function hex(random: Random, length: number): string {
  return Array.from({ length }, () => random.int(0, 15).toString(16)).join('');
}
