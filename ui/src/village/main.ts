// The agent's window begins here.
import '../shared/theme.css'
