// Whether the window is narrow for its size of type, as `shared/screen.ts` sets it.
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

export function useNarrow(): Ref<boolean> {
  const root = document.documentElement
  const narrow = ref(root.dataset.width === 'narrow')
  const watcher = new MutationObserver(() => (narrow.value = root.dataset.width === 'narrow'))
  onMounted(() => watcher.observe(root, { attributes: true, attributeFilter: ['data-width'] }))
  onBeforeUnmount(() => watcher.disconnect())
  return narrow
}
