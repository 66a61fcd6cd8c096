import type { TableNames } from './postgres-schema.ts'

/** The SQL of the store, for one pair of tables. */
export interface Statements {
  find: string
  findByOrder: string
  readOrder: string
  reserve: string
  create: string
  unreserve: string
  claim: string
  complete: string
  release: string
  record: string
  schedule: string
  due: string
}

/** One moment for the whole statement: the database's clock, or the time that a test passes as this parameter. */
const clock = (parameter: number) => `clock as (select coalesce($${parameter}::timestamptz, clock_timestamp()) as now)`

const milliseconds = (parameter: number) => `$${parameter}::float8 * interval '1 millisecond'`

/** What `changeValues` lists, from `$3` on; null leaves a column as it is. */
const change = (now: string) => `state = coalesce($3::text, p.state),
    transaction_id = coalesce($4::text, p.transaction_id),
    hold_reason = coalesce($5::text, p.hold_reason),
    refund_extent = coalesce($6::text, p.refund_extent),
    duplicate_of = coalesce($7::text, p.duplicate_of),
    due_at = case when $8::boolean then ${now} + ${milliseconds(9)} else p.due_at end`

const noReservation = 'reserve_token = null, reserve_until = null'
const noClaim = 'claim_pidx = null, claim_token = null, claim_until = null'

/**
 * Every method is one statement, or one read and one write, and needs no transaction and no session around it.
 *
 * Under READ COMMITTED a statement that waited for a row sees the newest version of *that* row, and everything else as
 * it was when the statement began. So all writes of an order first write its one row in `orders` and count its `version`
 * up, and what was decided from a read is written only where the version is still the one that was read.
 *
 * The order's row is always locked before its payments; `due` locks payments alone and skips locked ones, `schedule` locks
 * a single one: no deadlock. Nothing is decided from `due_at` but by `due`, so these two leave the version as it is.
 * Rows changed in a `with` are joined, never asked for in a subquery: Postgres cannot run such a subquery again
 * after a wait.
 */
export function statements(tables: TableNames): Statements {
  return { ...orderStatements(tables), ...claimStatements(tables), ...paymentStatements(tables) }
}

function orderStatements({ orders, payments }: TableNames) {
  return {
    readOrder: `with ${clock(2)}
select p.*, o.version,
  coalesce(o.reserve_until > clock.now, false) as reserved,
  coalesce(o.claim_pidx = p.pidx and o.claim_until > clock.now, false) as claimed,
  coalesce(p.state = 'open' and p.superseded_at is null and p.expires_at >= clock.now + interval '1 minute', false) as live
from clock
left join ${orders} o on o.order_id = $1::text
left join ${payments} p on p.order_id = o.order_id
order by p.nth desc`,

    reserve: `with ${clock(5)}
insert into ${orders} as o (order_id, version, reserve_token, reserve_until)
select $1::text, 1, $2::text, clock.now + ${milliseconds(3)} from clock
on conflict (order_id) do update
set version = o.version + 1, reserve_token = excluded.reserve_token, reserve_until = excluded.reserve_until
where o.version = $4::bigint
returning o.order_id`,

    create: `with ${clock(10)},
taken as (
  update ${orders} o set version = o.version + 1, ${noReservation}
  where o.order_id = $2::text and o.reserve_token = $3::text
  returning o.order_id, o.version
),
superseded as (
  update ${payments} p set superseded_at = clock.now from clock, taken
  where p.order_id = taken.order_id and p.fingerprint <> $6::text and p.fulfilled_at is null and p.superseded_at is null
)
insert into ${payments} (pidx, order_id, nth, order_name, amount, fingerprint, environment, payment_url, created_at, expires_at, due_at)
select $1::text, taken.order_id, taken.version, $4::text, $5::bigint, $6::text, $7::text, $8::text,
  clock.now, clock.now + ${milliseconds(9)}, clock.now
from clock, taken
returning pidx`,

    unreserve: `update ${orders} set version = version + 1, ${noReservation}
where order_id = $1::text and reserve_token = $2::text`,
  }
}

function claimStatements({ orders, payments }: TableNames) {
  const claimHeld = `o.order_id = (select order_id from ${payments} where pidx = $1::text)
    and o.claim_pidx = $1::text and o.claim_token = $2::text and o.claim_until > clock.now`

  return {
    claim: `with ${clock(4)},
seen as (
  select o.order_id, o.version, o.fulfilled_pidx,
    p.superseded_at is not null or coalesce(o.claim_until > clock.now, false) as busy
  from clock, ${payments} p join ${orders} o on o.order_id = p.order_id
  where p.pidx = $1::text
),
taken as (
  update ${orders} o set version = o.version + 1, ${noReservation},
    claim_pidx = $1::text, claim_token = $2::text, claim_until = clock.now + ${milliseconds(3)}
  from clock, seen
  where o.order_id = seen.order_id and o.version = seen.version and seen.fulfilled_pidx is null and not seen.busy
  returning o.order_id, o.claim_until
),
counted as (
  update ${payments} p set claims = p.claims + 1, claimed_until = taken.claim_until from taken
  where p.pidx = $1::text and p.order_id = taken.order_id
  returning p.claims
)
select seen.fulfilled_pidx, seen.busy, counted.claims from seen left join counted on true`,

    complete: `with ${clock(10)},
taken as (
  update ${orders} o set version = o.version + 1, ${noClaim}, fulfilled_pidx = $1::text from clock
  where ${claimHeld}
  returning o.order_id
)
update ${payments} p set ${change('clock.now')}, fulfilled_at = clock.now, claimed_until = null
from clock, taken where p.order_id = taken.order_id and p.pidx = $1::text
returning p.pidx`,

    release: `with ${clock(3)},
taken as (
  update ${orders} o set version = o.version + 1, ${noClaim} from clock
  where ${claimHeld}
  returning o.order_id
)
update ${payments} p set due_at = clock.now, claimed_until = null
from clock, taken where p.order_id = taken.order_id and p.pidx = $1::text`,
  }
}

function paymentStatements({ orders, payments }: TableNames) {
  return {
    find: `select * from ${payments} where pidx = $1::text`,
    findByOrder: `select * from ${payments} where order_id = $1::text order by nth desc`,

    // Reconcile writes it of every payment that has changed, so it is cheap to plan: `taken` has one row or none.
    record: `with taken as (
  update ${orders} o set version = o.version + 1
  where o.order_id = (select order_id from ${payments} where pidx = $1::text)
  returning 1
)
update ${payments} p set ${change('coalesce($2::timestamptz, clock_timestamp())')}
from taken where p.pidx = $1::text`,

    schedule: `update ${payments} set due_at = coalesce($2::timestamptz, clock_timestamp()) + ${milliseconds(3)}
where pidx = $1::text`,

    due: `with ${clock(3)},
picked as (
  select pidx, least(due_at, claimed_until) as ready_at from ${payments}
  where least(due_at, claimed_until) <= (select now from clock)
  order by least(due_at, claimed_until)
  limit $1::bigint
  for update skip locked
),
moved as (
  update ${payments} p set due_at = clock.now + ${milliseconds(2)},
    claimed_until = case when p.claimed_until > clock.now then p.claimed_until end
  from clock, picked where p.pidx = picked.pidx
  returning p.*, picked.ready_at
)
select * from moved order by ready_at, created_at`,
  }
}
