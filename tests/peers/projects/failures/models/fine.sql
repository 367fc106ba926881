select * from range(10) numbers(id)
