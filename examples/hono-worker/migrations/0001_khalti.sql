create table if not exists khalti_orders (
  order_id text primary key not null,
  version integer not null,
  record text not null,
  key_list text not null,
  due_at integer,
  was_due_at integer,
  attention integer not null,
  changed_at integer not null
);
create table if not exists khalti_keys (
  key text primary key not null,
  order_id text not null
) without rowid;
create index if not exists khalti_orders_due on khalti_orders (due_at) where due_at is not null;
create index if not exists khalti_orders_changed on khalti_orders (changed_at, order_id);
create index if not exists khalti_orders_attention on khalti_orders (changed_at, order_id) where attention;
create view if not exists khalti_payments as select json_extract(l.value, '$.pidx') as pidx, o.order_id, json_extract(l.value, '$.orderName') as order_name, json_extract(l.value, '$.amount') as amount, json_extract(l.value, '$.state') as state, json_extract(l.value, '$.method') as method, json_extract(l.value, '$.transactionId') as transaction_id, strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(l.value, '$.createdAt') / 1000.0, 'unixepoch') as created_at, strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(l.value, '$.expiresAt') / 1000.0, 'unixepoch') as expires_at, strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(l.value, '$.fulfilledAt') / 1000.0, 'unixepoch') as fulfilled_at, json_extract(l.value, '$.refundedAmount') as refunded_amount from khalti_orders o, json_each(o.record, '$.links') l;
