;; The hash XXH64 with seed 0, of which the lower half is answered: doc/xxhash_spec.md of the xxHash project, whose words are
;; used here. The input comes piece by piece, each at address 0; all pieces but the last are whole stripes of 32 bytes.
;; `xxh64.ts` has the module in binary form.
(module
  (memory (export "memory") 1)

  (global $PRIME1 i64 (i64.const 0x9E3779B185EBCA87))
  (global $PRIME2 i64 (i64.const 0xC2B2AE3D27D4EB4F))
  (global $PRIME3 i64 (i64.const 0x165667B19E3779F9))
  (global $PRIME4 i64 (i64.const 0x85EBCA77C2B2AE63))
  (global $PRIME5 i64 (i64.const 0x27D4EB2F165667C5))

  (global $acc1 (mut i64) (i64.const 0))
  (global $acc2 (mut i64) (i64.const 0))
  (global $acc3 (mut i64) (i64.const 0))
  (global $acc4 (mut i64) (i64.const 0))
  ;; Of all pieces.
  (global $length (mut i64) (i64.const 0))
  ;; What remains of the last one, less than a stripe: from one address to another.
  (global $rest (mut i32) (i32.const 0))
  (global $end (mut i32) (i32.const 0))

  ;; Step 1: initialize the accumulators.
  (func (export "begin")
    (global.set $acc1 (i64.add (global.get $PRIME1) (global.get $PRIME2)))
    (global.set $acc2 (global.get $PRIME2))
    (global.set $acc3 (i64.const 0))
    (global.set $acc4 (i64.sub (i64.const 0) (global.get $PRIME1)))
    (global.set $length (i64.const 0))
    (global.set $rest (i32.const 0))
    (global.set $end (i32.const 0)))

  ;; Step 2: process the stripes of a piece.
  (func (export "add") (param $size i32)
    (local $at i32) (local $stop i32)
    (local $acc1 i64) (local $acc2 i64) (local $acc3 i64) (local $acc4 i64)
    (local.set $acc1 (global.get $acc1))
    (local.set $acc2 (global.get $acc2))
    (local.set $acc3 (global.get $acc3))
    (local.set $acc4 (global.get $acc4))
    (local.set $stop (i32.and (local.get $size) (i32.const -32)))
    (block $done
      (loop $stripe
        (br_if $done (i32.eq (local.get $at) (local.get $stop)))
        ;; Each is a round, written out: a call would take longer.
        (local.set $acc1 (i64.mul (i64.rotl (i64.add (local.get $acc1)
          (i64.mul (i64.load (local.get $at)) (global.get $PRIME2))) (i64.const 31)) (global.get $PRIME1)))
        (local.set $acc2 (i64.mul (i64.rotl (i64.add (local.get $acc2)
          (i64.mul (i64.load offset=8 (local.get $at)) (global.get $PRIME2))) (i64.const 31)) (global.get $PRIME1)))
        (local.set $acc3 (i64.mul (i64.rotl (i64.add (local.get $acc3)
          (i64.mul (i64.load offset=16 (local.get $at)) (global.get $PRIME2))) (i64.const 31)) (global.get $PRIME1)))
        (local.set $acc4 (i64.mul (i64.rotl (i64.add (local.get $acc4)
          (i64.mul (i64.load offset=24 (local.get $at)) (global.get $PRIME2))) (i64.const 31)) (global.get $PRIME1)))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br $stripe)))
    (global.set $acc1 (local.get $acc1))
    (global.set $acc2 (local.get $acc2))
    (global.set $acc3 (local.get $acc3))
    (global.set $acc4 (local.get $acc4))
    (global.set $length (i64.add (global.get $length) (i64.extend_i32_u (local.get $size))))
    (global.set $rest (local.get $stop))
    (global.set $end (local.get $size)))

  ;; Steps 3 to 6: converge the accumulators, add the length, consume the rest, mix.
  (func (export "end") (result i32)
    (local $acc i64)
    (local.set $acc
      (if (result i64) (i64.lt_u (global.get $length) (i64.const 32))
        (then (global.get $PRIME5))
        (else (call $converged))))
    (local.set $acc (i64.add (local.get $acc) (global.get $length)))
    (local.set $acc (call $consume (local.get $acc)))
    (local.set $acc (i64.mul (i64.xor (local.get $acc) (i64.shr_u (local.get $acc) (i64.const 33))) (global.get $PRIME2)))
    (local.set $acc (i64.mul (i64.xor (local.get $acc) (i64.shr_u (local.get $acc) (i64.const 29))) (global.get $PRIME3)))
    (i32.wrap_i64 (i64.xor (local.get $acc) (i64.shr_u (local.get $acc) (i64.const 32)))))

  (func $round (param $acc i64) (param $lane i64) (result i64)
    (i64.mul (i64.rotl (i64.add (local.get $acc)
      (i64.mul (local.get $lane) (global.get $PRIME2))) (i64.const 31)) (global.get $PRIME1)))

  (func $merge (param $acc i64) (param $accN i64) (result i64)
    (i64.add (i64.mul (i64.xor (local.get $acc) (call $round (i64.const 0) (local.get $accN)))
      (global.get $PRIME1)) (global.get $PRIME4)))

  (func $converged (result i64)
    (local $acc i64)
    (local.set $acc (i64.add
      (i64.add (i64.rotl (global.get $acc1) (i64.const 1)) (i64.rotl (global.get $acc2) (i64.const 7)))
      (i64.add (i64.rotl (global.get $acc3) (i64.const 12)) (i64.rotl (global.get $acc4) (i64.const 18)))))
    (local.set $acc (call $merge (local.get $acc) (global.get $acc1)))
    (local.set $acc (call $merge (local.get $acc) (global.get $acc2)))
    (local.set $acc (call $merge (local.get $acc) (global.get $acc3)))
    (call $merge (local.get $acc) (global.get $acc4)))

  ;; Eight bytes at a time, then four, then one.
  (func $consume (param $acc i64) (result i64)
    (local $at i32)
    (local.set $at (global.get $rest))
    (block $none
      (loop $eight
        (br_if $none (i32.lt_u (i32.sub (global.get $end) (local.get $at)) (i32.const 8)))
        (local.set $acc (i64.xor (local.get $acc) (call $round (i64.const 0) (i64.load (local.get $at)))))
        (local.set $acc (i64.add (i64.mul (i64.rotl (local.get $acc) (i64.const 27))
          (global.get $PRIME1)) (global.get $PRIME4)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br $eight)))
    (if (i32.ge_u (i32.sub (global.get $end) (local.get $at)) (i32.const 4))
      (then
        (local.set $acc (i64.xor (local.get $acc)
          (i64.mul (i64.load32_u (local.get $at)) (global.get $PRIME1))))
        (local.set $acc (i64.add (i64.mul (i64.rotl (local.get $acc) (i64.const 23))
          (global.get $PRIME2)) (global.get $PRIME3)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))))
    (block $none
      (loop $one
        (br_if $none (i32.eq (local.get $at) (global.get $end)))
        (local.set $acc (i64.xor (local.get $acc)
          (i64.mul (i64.load8_u (local.get $at)) (global.get $PRIME5))))
        (local.set $acc (i64.mul (i64.rotl (local.get $acc) (i64.const 11)) (global.get $PRIME1)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $one)))
    (local.get $acc)))
