import { BlockList, isIP } from 'node:net';

/**
 * What an address leads to: the open internet; a network of one's own, for hosts that are listed as such; or a place
 * that no configuration may open, because only the machine itself has business there.
 */
export type Reach = 'public' | 'private' | 'never';

type Subnet = readonly [network: string, prefix: number];

/** IANA's special-purpose registry for IPv4, and the addresses at which clouds hand out credentials. */
const NEVER_V4: Subnet[] = [
  ['0.0.0.0', 8],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  // Link-local, which holds 169.254.169.254.
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const PRIVATE_V4: Subnet[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
];

/** Unique local addresses include fdaa::/16, the private network of Fly.io. */
const PRIVATE_V6: Subnet[] = [
  ['::1', 128],
  ['fc00::', 7],
];

const GLOBAL_V6: Subnet[] = [['2000::', 3]];

/**
 * Within what is private or global: Teredo and the other protocols below 2001::/23, documentation, 6to4, and the
 * metadata services of clouds. What carries an IPv4 address otherwise (mapped, compatible, NAT64) is in neither.
 */
const NEVER_V6: Subnet[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
];

const lists = {
  never4: listOf(NEVER_V4, 'ipv4'),
  private4: listOf(PRIVATE_V4, 'ipv4'),
  never6: listOf(NEVER_V6, 'ipv6'),
  private6: listOf(PRIVATE_V6, 'ipv6'),
  global6: listOf(GLOBAL_V6, 'ipv6'),
};

/** Of an address as a resolver or a URL gives it. What is no plain address is never reached. */
export function reachOf(address: string): Reach {
  // A zone names an interface of this machine.
  if (address.includes('%')) return 'never';
  switch (isIP(address)) {
    case 4:
      if (lists.never4.check(address, 'ipv4')) return 'never';
      return lists.private4.check(address, 'ipv4') ? 'private' : 'public';
    case 6:
      if (lists.never6.check(address, 'ipv6')) return 'never';
      if (lists.private6.check(address, 'ipv6')) return 'private';
      return lists.global6.check(address, 'ipv6') ? 'public' : 'never';
    default:
      return 'never';
  }
}

/** Whether a name is one that only a private network answers for, whatever it resolves to. */
export function isPrivateName(host: string): boolean {
  return !host.includes('.') || /\.(internal|flycast|local|localhost|lan|home\.arpa)$/.test(host);
}

function listOf(subnets: readonly Subnet[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}
