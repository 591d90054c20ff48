// The township's console begins here.
import '../shared/theme.css'
