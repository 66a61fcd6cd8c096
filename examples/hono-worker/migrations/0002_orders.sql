create table orders (
  id text primary key not null,
  name text not null,
  amount integer not null, -- paisa
  paid_by text -- the pidx of the payment, once it is paid
);
