import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { Injectable, type OnModuleInit } from '@nestjs/common'
import { rupees } from 'khalti-kit'

export interface OrderRow {
  id: string
  name: string
  /** Paisa. */
  amount: number
  /** The pidx of the payment, once it is paid. */
  paid_by: string | null
}

@Injectable()
export class Orders implements OnModuleInit {
  // A folder, for one process. On a Postgres server it is a Pool of `pg`, and the rest stays as it is.
  readonly database = new PGlite(process.env.DATA_FOLDER ?? './data')

  async onModuleInit(): Promise<void> {
    await this.database.exec(`create table if not exists orders (
      id text primary key, name text not null, amount integer not null, paid_by text
    )`)
  }

  async find(id: unknown): Promise<OrderRow | undefined> {
    const { rows } = await this.database.query<OrderRow>('select * from orders where id = $1', [String(id)])
    return rows[0]
  }

  async create(): Promise<string> {
    const order = [randomUUID(), 'Dhaka topi', rupees(850)]
    await this.database.query('insert into orders (id, name, amount) values ($1, $2, $3)', order)
    return String(order[0])
  }
}
