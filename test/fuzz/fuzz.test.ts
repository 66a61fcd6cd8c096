// One run for all targets: each in a run of its own would load the kit anew.
import './admin.ts'
import './answers.ts'
import './callback.ts'
import './money.ts'
import './routes.ts'
import './sockets.ts'
