Creator "igraph version 1.0.0 Fri Nov 27 12:40:17 2026"
Version 1
graph
[
  directed 1
  title "pets"
  node
  [
    id 0
    name "animal"
    size 1
  ]
  node
  [
    id 1
    name "dog"
    size 2
  ]
  node
  [
    id 2
    name "Köter &amp; <co>"
    size 3
  ]
  node
  [
    id 3
    name "puppy &quot;x&quot;"
    size 4
  ]
  edge
  [
    source 0
    target 1
    weight 1
  ]
  edge
  [
    source 0
    target 2
    weight 2.5
  ]
  edge
  [
    source 1
    target 3
    weight 3
  ]
]
