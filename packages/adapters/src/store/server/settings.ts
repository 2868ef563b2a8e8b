/** How the server runs: durable, small, for one host with a few dozen connections, and deaf to any network. */
const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '30',
  shared_buffers: '48MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  effective_cache_size: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // Small enough that a data directory stays modest, large enough that a busy minute needs no checkpoint.
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum_max_workers: '2',
  autovacuum_worker_slots: '2',
  autovacuum_naptime: '30s',
  // Our statements are short: compiling them costs more than it saves, and so do workers for parallel plans.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '2',
  io_method: 'sync',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_checkpoints: 'off',
  // A host that vanished without closing its connection holds no lock for long.
  idle_in_transaction_session_timeout: '60s',
  client_connection_check_interval: '5s',
} as const

/** The settings as options of the server's command line. */
export function serverOptions(socketDirectory: string): string[] {
  return Object.entries({ ...settings, unix_socket_directories: socketDirectory }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
