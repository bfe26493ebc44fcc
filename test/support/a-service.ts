import type { Service } from '../../src/incident/service.ts';

/** A service that declares nothing but its name. */
export const aService = (name: string, over: Partial<Service> = {}): Service => ({
  name,
  description: '',
  environment: 'production',
  dependsOn: [],
  kubernetes: null,
  fly: null,
  github: null,
  signals: [],
  ...over,
});
