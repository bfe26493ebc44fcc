/** A credential that writes for each system: those of fixed names, and `BROKER_TOKEN` and `QUEUE_TOKEN` of a sitrep.yaml. */
export const WRITING = {
  KUBERNETES_WRITE_TOKEN: 'writes',
  GITHUB_WRITE_TOKEN: 'writes',
  FLY_WRITE_TOKEN: 'writes',
  UNLEASH_ADMIN_TOKEN: 'writes',
  BROKER_TOKEN: 'writes',
  QUEUE_TOKEN: 'writes',
};
