graph [
  directed 1
  name "small"
  node [
    id 0
    label "animal"
    poincare_0 0.0
    poincare_1 0.0
    radius 0.0
    x 0.0
    y 0.0
    level 0
    polar_0 0.0
    polar_1 1.0
    polar_2 0.0
  ]
  node [
    id 1
    label "cat"
    legs 4
    tame 1
    tags "[&#34;soft&#34;, &#34;warm&#34;]"
    poincare_0 -0.05911972039165819
    poincare_1 -0.12945413030708383
    radius 0.2865749547042537
    x -0.08626268016712382
    y 0.6552301076541307
    level 1
    polar_0 0.28657495470425376
    polar_1 -0.41541501300188716
    polar_2 -0.909631995354518
  ]
  node [
    id 2
    label "hunting dog"
    poincare_0 0.020253513192751395
    poincare_1 0.14086627842071528
    radius 0.28657495470425476
    x 0.29809249549434597
    y -0.516311347551204
    level 1
    polar_0 0.28657495470425476
    polar_1 0.14231483827328534
    polar_2 0.9898214418809327
  ]
  node [
    id 3
    label "K&#246;ter"
    poincare_0 0.8878286995694785
    poincare_1 0.4577075065009432
    radius 7.475766398655218
    x -0.11691138022138332
    y -0.888030097140946
    level 2
    polar_0 7.475766398655232
    polar_1 0.8888354486549235
    polar_2 0.4582265217274104
  ]
  node [
    id 4
    label "a<b>&#38;c"
    poincare_0 -0.7229142929181849
    poincare_1 0.6892973860251779
    radius 7.475766398655218
    x 0.8275123135599138
    y -0.34276682330725355
    level 2
    polar_0 7.475766398655232
    polar_1 -0.7237340381050699
    polar_2 0.6900790114821123
  ]
  node [
    id 5
    label "50% &#34;fluffy&#34;"
    poincare_0 -0.9808165051022373
    poincare_1 -0.18903688689135537
    radius 7.475766398655121
    x -0.11691138022138232
    y 0.8880300971409463
    level 2
    polar_0 7.475766398655232
    polar_1 -0.9819286972627068
    polar_2 -0.18925124436040938
  ]
  edge [
    source 0
    target 1
  ]
  edge [
    source 0
    target 2
  ]
  edge [
    source 1
    target 5
    weight 2.5
  ]
  edge [
    source 2
    target 3
  ]
  edge [
    source 2
    target 4
  ]
]
