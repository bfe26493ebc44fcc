import { expect, it } from 'vitest';
import type { Action } from '../../src/incident/action.ts';
import type { Service } from '../../src/incident/service.ts';
import { declaredTargets, declaresTarget, targetServices } from '../../src/incident/target-services.ts';
import { aService } from '../support/a-service.ts';

const pricing = aService('pricing', { kubernetes: { namespace: 'shop', deployment: 'pricing' } });
const edge = aService('edge', { fly: { app: 'shop-edge' } });
const site = aService('site', { github: { repo: 'acme/shop', paths: [] } });
const api = aService('api', { github: { repo: 'acme/shop', paths: ['api'] } });
const catalogue = new Map([pricing, edge, site, api, aService('bare')].map((one) => [one.name, one]));

const restart = (deployment: string, namespace = 'shop'): Action => ({
  tool: 'kubernetes.restart',
  arguments: { namespace, deployment },
});
const flyRestart = (app: string): Action => ({
  tool: 'fly.restart_machine',
  arguments: { app, machine: 'm1' },
});
const issue = (repo: string): Action => ({
  tool: 'github.open_issue',
  arguments: { repo, title: 't', body: 'b' },
});
const cordon: Action = { tool: 'kubernetes.cordon', arguments: { node: 'worker-1' } };

it.each<[string, Action, string[] | null]>([
  ['a deployment', restart('pricing'), ['pricing']],
  ['a deployment of another namespace', restart('pricing', 'other'), []],
  ['another deployment', restart('catalog'), []],
  ['an app', flyRestart('shop-edge'), ['edge']],
  ['another app', flyRestart('other'), []],
  ['a repository of two services', issue('acme/shop'), ['site', 'api']],
  ['a node, which belongs to none', cordon, null],
])('finds the services of %s', (_, action, services) => {
  expect(targetServices(catalogue, action)).toEqual(services);
});

it.each<[string, Service, Action, boolean]>([
  ['a deployment, whichever it is', pricing, restart('catalog'), true],
  ['no app', pricing, flyRestart('shop-edge'), false],
  ['an app', edge, flyRestart('other'), true],
  ['no deployment', edge, restart('pricing'), false],
  ['a repository', site, issue('acme/other'), true],
  ['no repository', edge, issue('acme/shop'), false],
  ['no node, as nobody does', pricing, cordon, false],
])('knows whether a service declares a target of the kind: %s', (_, one, action, declares) => {
  expect(declaresTarget(one, action)).toBe(declares);
});

it.each<[string, Action, ReturnType<typeof declaredTargets>]>([
  ['deployments', restart('pricng'), { kind: 'deployment', typed: 'shop/pricng', known: ['shop/pricing'] }],
  ['apps', flyRestart('other'), { kind: 'app', typed: 'other', known: ['shop-edge'] }],
  ['repositories, each once', issue('acme/x'), { kind: 'repository', typed: 'acme/x', known: ['acme/shop'] }],
  ['no nodes, which belong to none', cordon, null],
])('tells what is declared of the kind: %s', (_, action, declared) => {
  expect(declaredTargets(catalogue, action)).toEqual(declared);
});
