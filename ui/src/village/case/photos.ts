// A case's pictures as the grid and the viewer show them.
import type { CaseView } from '@/shared/bindings/desk'
import type { FormFile } from '@/shared/form/acts'
import type { GridPhoto } from '@/shared/photo/PhotoGrid.vue'
import type { ViewerPhoto } from '@/shared/photo/PhotoViewer.vue'

type Say = (key: string, named?: Record<string, unknown>) => string

function materialName(view: CaseView, slot: string, t: Say): string {
  const material = view.materials.find(({ id }) => id === slot)
  const question = view.form.find(({ path }) => path === slot)
  return material?.name ?? question?.label ?? t('case.other_photo')
}

export function gridPhotos(view: CaseView, digests: string[], t: Say): GridPhoto[] {
  return view.photos
    .filter((photo) => digests.includes(photo.digest))
    .map((photo) => ({
      digest: photo.digest,
      thumb: photo.thumb,
      label: materialName(view, photo.slot, t),
      received: photo.received_at !== null,
      retake: photo.retake,
    }))
}

function noteOf(photo: CaseView['photos'][number], t: Say): { note?: string } {
  if (photo.thinned) return { note: t('case.thinned') }
  if (!photo.captured_at) return {}
  return { note: t('case.captured', { at: photo.captured_at.replace('T', ' ').slice(0, 16) }) }
}

export function viewerPhotos(view: CaseView, t: Say): ViewerPhoto[] {
  const pictures = view.photos.filter((photo) => photo.media === null)
  return pictures.map((photo) => ({
    digest: photo.digest,
    label: materialName(view, photo.slot, t),
    width: photo.width,
    height: photo.height,
    ...noteOf(photo, t),
  }))
}

/** A file that answers a question of the case. */
export function fileOf(view: CaseView, digest: string): FormFile | null {
  const found = view.photos.find((photo) => photo.digest === digest)
  if (!found?.name) return null
  return { name: found.name, size_bytes: found.size_bytes, picture: found.media === null }
}

/** A file's bytes in base64, as `add_photo` takes them. */
export function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result).replace(/^data:[^,]*,/, '')))
    reader.addEventListener('error', () => reject(reader.error ?? new Error('unreadable')))
    reader.readAsDataURL(file)
  })
}
