/** What people do about an incident. */
export type Remediation =
  | 'rollback'
  | 'roll-forward'
  | 'config-revert'
  | 'feature-flag-disable'
  | 'scale'
  | 'restart'
  | 'reschedule'
  | 'failover'
  | 'rotate-cert'
  | 'purge-bad-data'
  | 'escalate-upstream';
