// The few parts of Element Plus that are used, with their styles; everything else of it stays outside the builds.
import 'element-plus/es/components/button/style/css'
import 'element-plus/es/components/dialog/style/css'
import 'element-plus/es/components/option/style/css'
import 'element-plus/es/components/select/style/css'

export { ElButton } from 'element-plus/es/components/button/index'
export { ElConfigProvider } from 'element-plus/es/components/config-provider/index'
export { ElDialog } from 'element-plus/es/components/dialog/index'
export { ElOption, ElSelect } from 'element-plus/es/components/select/index'
