import { prisma } from './detect-prisma.ts'

/** A line of imports: `names` from `from`. */
export interface ImportLine {
  names: string
  from: string
  /** `from` is a file of the project, from its root and without ending. */
  isFile?: boolean
  /** Only types: JavaScript goes without it. */
  isType?: boolean
}

/** A database that a project uses, and the lines that keep payments in it. */
export interface Database {
  name: string
  imports: ImportLine[]
  /** Lines before the checkout. They and the store are TypeScript; what is only types is taken out for JavaScript. */
  setup: string[]
  /** The store. */
  payments: string
  /** What `fulfil` does through the store's transaction, as an example. */
  fulfil: string[]
  /** Whether its tables must be made, by `payments.migrate()`. */
  migrates: boolean
  /** What to do before a tool of the project drops the tables, since its schema does not name them. */
  keepTables?: string
  /** The variable with its address, where the lines read one. */
  variable?: string
}

const update = 'UPDATE orders SET paid_at = now() WHERE id = $1 AND (amount = $2 OR $3)'
const questionMarks = 'UPDATE orders SET paid_at = CURRENT_TIMESTAMP WHERE id = ? AND (amount = ? OR ?)'

/** Next starts a server with any route, such as that of a customer who comes back. Connected, `connect` does nothing. */
const connectedByEachRoute = {
  setup: [
    "const dbConnect = () => mongoose.connect(process.env.MONGODB_URI || '') // better: the dbConnect() that your shop has",
  ],
  payments: 'mongoPayments(async () => (await dbConnect()).connection)',
  variable: 'MONGODB_URI',
}

type Detect = (root: string, packages: ReadonlySet<string>) => Database | StorelessDatabase

const databases: Record<string, Detect> = {
  mongoose: (_root, packages) => ({
    name: 'MongoDB, by Mongoose',
    imports: [
      { names: '{ mongoPayments }', from: 'khalti-kit/mongodb' },
      { names: 'mongoose', from: 'mongoose' },
    ],
    ...(packages.has('next') ? connectedByEachRoute : { setup: [], payments: 'mongoPayments(mongoose.connection)' }),
    fulfil: [
      "const options = { session: transaction, strict: 'throw', strictQuery: 'throw' } // else Mongoose drops what your schema lacks",
      'await Order.updateOne({ _id: payment.orderId, ...(!accepted && { amount: payment.amount }) }, { paidAt: new Date() }, options)',
    ],
    migrates: false,
  }),
  mongodb: () => ({
    name: 'MongoDB',
    imports: [
      { names: '{ mongoPayments }', from: 'khalti-kit/mongodb' },
      { names: '{ MongoClient }', from: 'mongodb' },
    ],
    setup: ["const mongo = new MongoClient(process.env.MONGODB_URI || '') // better: the client that your shop has"],
    payments: 'mongoPayments(mongo.db())',
    fulfil: [
      'await orders.updateOne({ _id: payment.orderId, ...(!accepted && { amount: payment.amount }) }, { $set: { paid: true } }, { session: transaction })',
    ],
    migrates: false,
    variable: 'MONGODB_URI',
  }),
  '@prisma/client': prisma,
  pg: () => ({
    name: 'Postgres',
    imports: [
      { names: '{ postgresPayments }', from: 'khalti-kit/postgres' },
      { names: 'pg', from: 'pg' },
    ],
    setup: [
      'const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL }) // better: the pool that your shop has',
    ],
    payments: 'postgresPayments(pool)',
    fulfil: [`await transaction.query('${update}', [payment.orderId, payment.amount, accepted !== undefined])`],
    migrates: true,
    variable: 'DATABASE_URL',
  }),
  mysql2: () => ({
    name: 'MySQL',
    imports: [
      { names: '{ mysqlPayments }', from: 'khalti-kit/mysql' },
      { names: '{ createPool }', from: 'mysql2/promise' },
    ],
    setup: ["const pool = createPool(process.env.DATABASE_URL || '') // better: the pool that your shop has"],
    payments: 'mysqlPayments(pool)',
    fulfil: [
      `await transaction.execute('${questionMarks}', [payment.orderId, payment.amount, accepted !== undefined])`,
    ],
    migrates: true,
    variable: 'DATABASE_URL',
  }),
  'better-sqlite3': () => ({
    name: 'SQLite',
    imports: [
      { names: '{ sqlitePayments }', from: 'khalti-kit/sqlite' },
      { names: 'Database', from: 'better-sqlite3' },
    ],
    setup: ["const file = process.env.DATABASE_FILE || 'shop.db'"],
    payments: 'sqlitePayments(new Database(file), { connect: () => new Database(file) })',
    fulfil: [`transaction.prepare('${questionMarks}').run(payment.orderId, payment.amount, accepted ? 1 : 0)`],
    migrates: true,
    variable: 'DATABASE_FILE',
  }),
}

/** A database that is there, and for which there is no store. */
export interface StorelessDatabase {
  name: string
  /** Why, and what to do. */
  advice: string
}

const keptFromDrizzle =
  'before drizzle-kit push, which drops the tables that your schema does not name: "Drizzle" of the docs on databases'

/** The database of a project by what it depends on. The first counts: an ORM before the driver that it uses. */
export function detectDatabase(root: string, packages: ReadonlySet<string>): Database | StorelessDatabase | undefined {
  const name = Object.keys(databases).find((it) => packages.has(it))
  const found = name === undefined ? undefined : databases[name]?.(root, packages)
  const isPushed = packages.has('drizzle-kit') && found !== undefined && 'migrates' in found && found.migrates
  return isPushed ? { ...found, keepTables: keptFromDrizzle } : found
}
