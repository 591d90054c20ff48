// Whether the window is narrower than a screen needs, in rem: small windows and large type come to the same.
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

export function useNarrow(belowRem: number): Ref<boolean> {
  const root = document.documentElement
  const measure = () => window.innerWidth / (Number.parseFloat(getComputedStyle(root).fontSize) || 16) < belowRem
  const narrow = ref(measure())
  const follow = () => void (narrow.value = measure())
  const zooms = new MutationObserver(follow)
  onMounted(() => {
    window.addEventListener('resize', follow)
    zooms.observe(root, { attributes: true, attributeFilter: ['data-zoom'] })
  })
  onBeforeUnmount(() => {
    window.removeEventListener('resize', follow)
    zooms.disconnect()
  })
  return narrow
}
